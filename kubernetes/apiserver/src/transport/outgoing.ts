import type { Readable } from "node:stream";

/** Where an answer is written: one HTTP/2 stream or one HTTP/1.1 response. */
export interface Outgoing {
  /** Sends a whole answer. */
  send(code: number, headers: Record<string, string | string[]>, body: Uint8Array | string): void;
  /** Sends what a stream gives, until it ends. */
  pipe(code: number, headers: Record<string, string | string[]>, body: Readable): void;
  /** Starts an answer that is written piece by piece. */
  begin(code: number, headers: Record<string, string | string[]>): void;
  /** Writes a piece; false asks to wait for `drained`. */
  write(piece: Uint8Array): boolean;
  /** Resolves when more may be written, or the client has gone. */
  drained(): Promise<void>;
  end(): void;
  /** Breaks the answer off: the client learns that it is not whole. */
  abort(): void;
}
