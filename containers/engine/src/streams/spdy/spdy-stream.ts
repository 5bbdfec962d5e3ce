import { Duplex } from "node:stream";
import { dataFrame, rstStatus, rstStreamFrame } from "./frames.ts";
import type { Headers } from "./headers.ts";

const CHUNK = 32 * 1024;

/** One stream of a SPDY connection. Ending it closes our half, destroying it resets it. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #send: (frame: Buffer) => Promise<void>;
  readonly #resume: () => void;
  #closedByPeer = false;
  #closedByUs = false;

  constructor(
    id: number,
    headers: Headers,
    connection: { send: (frame: Buffer) => Promise<void>; resume: () => void },
  ) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#send = connection.send;
    this.#resume = connection.resume;
  }

  /** The other side sent `data`. False asks the connection to read no further for now. */
  receive(data: Buffer, fin: boolean): boolean {
    if (this.#closedByPeer) return true;
    const go = data.length === 0 || this.push(data);
    if (fin) {
      this.#closedByPeer = true;
      this.push(null);
    }
    return go || fin;
  }

  /** The other side reset the stream, or the connection is gone. */
  abandon(error?: Error): void {
    this.#closedByUs = true;
    this.#closedByPeer = true;
    this.destroy(error);
  }

  override _read(): void {
    this.#resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    const parts: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += CHUNK)
      parts.push(dataFrame(this.id, chunk.subarray(at, at + CHUNK), false));
    this.#send(Buffer.concat(parts)).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#closedByUs = true;
    this.#send(dataFrame(this.id, Buffer.alloc(0), true)).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const finish = () => done(error);
    if (this.#closedByUs && this.#closedByPeer) {
      finish();
      return;
    }
    this.#closedByUs = true;
    this.#send(rstStreamFrame(this.id, error ? rstStatus.internalError : rstStatus.cancel)).then(finish, finish);
  }
}
