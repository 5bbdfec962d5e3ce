import type { Logger } from "@skiff/api";
import { AnswerCache } from "./answer-cache.ts";
import { type Query, questionEnd, ttlOffsets } from "./message.ts";
import { askUpstream } from "./upstream.ts";

const MAX_CACHED = 10_000;
const MAX_ASKING = 512;

/**
 * Gets answers from the upstream servers, in their order, through a cache. Equal questions that arrive while one is on its way
 * share its answer; so a question that comes back to us by a loop of servers ends at its time limit and multiplies nothing.
 */
export class Forwarder {
  readonly #upstreams: readonly string[];
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #cache: AnswerCache;
  readonly #asking = new Map<string, Promise<Buffer>>();

  constructor(o: {
    readonly upstreams: readonly string[];
    readonly log: Logger;
    readonly signal: AbortSignal;
    readonly now: () => number;
  }) {
    this.#upstreams = o.upstreams;
    this.#log = o.log;
    this.#signal = o.signal;
    this.#cache = new AnswerCache({ limit: MAX_CACHED, now: o.now });
  }

  /**
   * The answer as a message of the caller's own, or undefined when there is none to be had: the client gets SERVFAIL. Its id and
   * the case of its question's letters are whatever they were upstream; see `addressedTo`.
   */
  async answer(query: Query): Promise<Buffer | undefined> {
    const key = `${query.name} ${query.type} ${query.edns} ${query.dnssecOk}`;
    const cached = this.#cache.get(key);
    if (cached) return cached;
    let asking = this.#asking.get(key);
    if (!asking) {
      if (this.#asking.size >= MAX_ASKING) return undefined;
      asking = this.#ask(query).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
      asking.then((message) => this.#cache.set(key, message)).catch(() => {}); // told to every asker below
    }
    try {
      return Buffer.from(await asking);
    } catch (error) {
      if (!this.#signal.aborted) this.#log.debug("no upstream answer", { name: query.name, type: query.type, error });
      return undefined;
    }
  }

  async #ask(query: Query): Promise<Buffer> {
    let trouble: unknown = new Error("Cannot forward a DNS question: no upstream servers are known");
    let refused: Buffer | undefined;
    for (const server of this.#upstreams) {
      try {
        const answer = await askUpstream(server, query, this.#signal);
        ttlOffsets(answer); // throws on what a client should not be given
        const rcode = answer.readUInt8(3) & 0x0f;
        if (rcode !== 2 && rcode !== 5) return answer;
        refused = answer; // SERVFAIL, REFUSED: the next server may know
      } catch (error) {
        trouble = error;
      }
      if (this.#signal.aborted) break;
    }
    if (refused) return refused;
    throw trouble;
  }
}

/** Gives `message` the id and the question, letter case included, of the client's request. Changes and returns it. */
export function addressedTo(request: Buffer, message: Buffer): Buffer {
  request.copy(message, 0, 0, 2);
  request.copy(message, 12, 12, questionEnd(request));
  return message;
}
