/** A client of a SOCK_SEQPACKET Unix socket, which Node's own sockets cannot be: packets keep their boundaries. */
import { DescriptorPoll, type Readiness } from "./descriptor-poll.ts";
import { close, connect, isSystemError, recvNow, sendNow, shutdown, socket } from "./libc.ts";
import { unixAddress } from "./unix-address.ts";

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MAX_PACKET = 65536;
/** Packets taken per wake-up, so that one busy socket does not hold up the rest. */
const BATCH = 32;

export interface PacketHandlers {
  /** A packet came. False stops reading until `resume`. */
  packet(bytes: Buffer): boolean;
  /** The other side closed, or the connection broke. Called once, last. */
  end(): void;
}

/** A connected socket. Closing it twice is harmless. */
export class PacketSocket implements Disposable {
  readonly #fd: number;
  readonly #poll: DescriptorPoll;
  readonly #handlers: PacketHandlers;
  readonly #buffer = Buffer.allocUnsafe(MAX_PACKET);
  #reading = true;
  #waiting: (() => void)[] = [];
  #open = true;

  /** Connects to the socket at `path`. Throws a SystemError (ENOENT, ECONNREFUSED) when nobody listens. */
  constructor(path: string, handlers: PacketHandlers) {
    this.#handlers = handlers;
    this.#fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      connect(this.#fd, unixAddress(path), path);
    } catch (error) {
      close(this.#fd);
      throw error;
    }
    this.#poll = new DescriptorPoll(this.#fd, (now) => this.#wake(now));
    this.#watch();
  }

  resume(): void {
    if (this.#reading || !this.#open) return;
    this.#reading = true;
    this.#watch();
  }

  /** Sends one packet of at most 32 KiB; waits while the other side's queue is full. */
  async send(bytes: Uint8Array): Promise<void> {
    while (this.#open) {
      if (sendNow(this.#fd, bytes)) return;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        this.#watch();
      });
    }
    throw new Error("Cannot send: the connection is closed");
  }

  /** Tells the other side that nothing more will be sent. */
  endSending(): void {
    if (this.#open) shutdown(this.#fd, 1);
  }

  #watch(): void {
    this.#poll.arm({ readable: this.#reading, writable: this.#waiting.length > 0 });
  }

  #wake(now: Readiness): void {
    if (now.writable) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    }
    // Neither is how a broken connection shows itself: reading tells what became of it. It stays that way, so it is not watched again.
    const isBroken = !now.readable && !now.writable;
    if (isBroken || (now.readable && this.#reading)) this.#read(isBroken);
    else if (this.#open) this.#watch();
  }

  #read(isBroken: boolean): void {
    for (let count = 0; this.#open && this.#reading && (isBroken || count < BATCH); count++) {
      let length: number | undefined;
      try {
        length = recvNow(this.#fd, this.#buffer);
      } catch (error) {
        if (!isSystemError(error, "ECONNRESET")) throw error;
        length = 0;
      }
      if (length === undefined && !isBroken) break;
      if (!length) {
        this[Symbol.dispose]();
        return;
      }
      this.#reading = this.#handlers.packet(Buffer.from(this.#buffer.subarray(0, length)));
    }
    if (this.#open && !isBroken) this.#watch();
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#poll.close();
    close(this.#fd);
    for (const wake of this.#waiting) wake();
    this.#handlers.end();
  }
}
