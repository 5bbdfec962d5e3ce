/** One HTTP exchange with a registry: connections that are kept, certificates, and a connection without a byte counts as broken. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RegistryError } from "../errors.ts";
import type { Answer } from "./answer.ts";

// As `import` these would load all of what they export; the engine starts without.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

/** What is sent. */
export interface Sending {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Whose certificates to believe: the given authority's besides the usual ones, or anyone's. */
  readonly trust?: { readonly ca?: string | undefined; readonly anyone?: boolean | undefined } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request and gives the answer's head; redirects are not followed. Rejects with UNREACHABLE, or with the signal's reason. */
export type Send = (url: URL, sending: Sending) => Promise<Answer>;

const MAX_SOCKETS = 16;

/** `idleTimeout` in milliseconds. */
export function createSend(idleTimeout: number, userAgent: string): Send {
  const plain = new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const secure = new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  return async function send(url, { method = "GET", headers, body, trust, signal }) {
    signal?.throwIfAborted();
    const isSecure = url.protocol === "https:";
    const request = (isSecure ? https : http).request(url, {
      method,
      headers: { ...headers, "user-agent": userAgent },
      agent: isSecure ? secure : plain,
      ...(isSecure && trust?.anyone ? { rejectUnauthorized: false } : {}),
      ...(isSecure && trust?.ca !== undefined ? { ca: trust.ca } : {}),
    });
    const abort = () => request.destroy(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    // An upload is not idle while it sends; an answer may take long to be thought of after one.
    request.setTimeout(idleTimeout, () => request.destroy(new Error(`no answer in ${idleTimeout} ms`)));
    // What breaks an answer is told by its body.
    request.on("error", () => undefined);
    try {
      const answered = once(request, "response") as Promise<[IncomingMessage]>;
      const sent = body === undefined || body instanceof Uint8Array ? void request.end(body) : pipeline(body, request);
      // A registry may refuse before everything is sent; its answer counts then.
      const failed = Promise.resolve(sent).then(() => new Promise<never>(() => undefined));
      const [response] = await Promise.race([answered, failed.catch(() => answered)]);
      return answerOf(url, response, () => signal?.removeEventListener("abort", abort), idleTimeout);
    } catch (error) {
      signal?.removeEventListener("abort", abort);
      signal?.throwIfAborted();
      throw new RegistryError("UNREACHABLE", `cannot reach registry ${url.host}: ${reasonOf(error)}`, { cause: error });
    }
  };
}

function answerOf(url: URL, response: IncomingMessage, ended: () => void, idleTimeout: number): Answer {
  // Only the wait for the network counts: a consumer may take its time.
  response.socket.setTimeout(0);
  response.once("close", ended);
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  return {
    status: response.statusCode ?? 0,
    headers,
    url,
    body: chunksOf(response, idleTimeout),
    async discard() {
      // Small answers are read so that the connection can be used again.
      if (Number(headers.get("content-length") ?? 0) > 65_536) response.destroy();
      else response.resume();
    },
  };
}

async function* chunksOf(response: IncomingMessage, idleTimeout: number): AsyncGenerator<Uint8Array> {
  const iterator = (response as Readable)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => response.destroy(new Error(`no data in ${idleTimeout} ms`)), idleTimeout);
      const { done, value } = await iterator.next().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message;
}
