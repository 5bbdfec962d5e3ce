import { ttlOffsets } from "./message.ts";

interface Entry {
  readonly message: Buffer;
  readonly ttls: readonly number[];
  readonly storedAt: number;
  readonly expiresAt: number;
}

const MAX_SECONDS = 30;
/** Answers without any record: as long as a "no" without SOA may be kept. */
const DEFAULT_SECONDS = 5;

/** Answers of upstream servers, yes and no alike, until their TTL ends; the ones unused longest go first when it is full. */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;
  readonly #now: () => number;

  constructor(o: { readonly limit: number; readonly now: () => number }) {
    this.#limit = o.limit;
    this.#now = o.now;
  }

  /** A copy of the answer with its TTLs run down. */
  get(key: string): Buffer | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    const now = this.#now();
    if (entry.expiresAt <= now) return undefined;
    this.#entries.set(key, entry);
    const copy = Buffer.from(entry.message);
    const age = Math.floor((now - entry.storedAt) / 1000);
    for (const at of entry.ttls) copy.writeUInt32BE(Math.max(0, copy.readUInt32BE(at) - age), at);
    return copy;
  }

  /** Keeps `message` as long as its shortest TTL says. Throws RangeError when it is malformed. */
  set(key: string, message: Buffer): void {
    const rcode = message.readUInt8(3) & 0x0f;
    // NOERROR and NXDOMAIN are answers; the rest is trouble that may be over at once.
    if (rcode !== 0 && rcode !== 3) return;
    const ttls = ttlOffsets(message);
    const shortest = Math.min(MAX_SECONDS, ...ttls.map((at) => message.readUInt32BE(at)));
    const seconds = ttls.length === 0 ? DEFAULT_SECONDS : shortest;
    if (seconds === 0) return;
    const storedAt = this.#now();
    this.#entries.set(key, { message: Buffer.from(message), ttls, storedAt, expiresAt: storedAt + seconds * 1000 });
    if (this.#entries.size <= this.#limit) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
