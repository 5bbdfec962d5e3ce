/** rtnetlink messages over a socket of our own (rtnetlink(7)). Each request is answered before `request` returns. */
import { close, recv, SystemError, send, socket } from "./libc.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;

/** One attribute: its type and its value. */
export function attribute(type: number, value: Uint8Array | string | number): Buffer {
  const body =
    typeof value === "string"
      ? Buffer.from(`${value}\0`)
      : typeof value === "number"
        ? uint32(value)
        : Buffer.from(value);
  const buffer = Buffer.alloc((4 + body.length + 3) & ~3);
  buffer.writeUInt16LE(4 + body.length, 0);
  buffer.writeUInt16LE(type, 2);
  body.copy(buffer, 4);
  return buffer;
}

/** An attribute that holds others. */
export function nested(type: number, ...attributes: readonly Buffer[]): Buffer {
  return attribute(type, Buffer.concat(attributes));
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
}

/** A netlink socket in the network namespace the thread was in when it was made. Dispose of it. */
export class Netlink implements Disposable {
  readonly #fd: number;
  #sequence = 0;

  constructor() {
    this.#fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  }

  /** Sends one request and waits for its acknowledgement. Throws a SystemError that names `subject` when the kernel refuses. */
  request(type: number, flags: number, header: Buffer, attributes: readonly Buffer[], subject: string): void {
    const length = 16 + header.length + attributes.reduce((sum, { length }) => sum + length, 0);
    const prefix = Buffer.alloc(16);
    prefix.writeUInt32LE(length, 0);
    prefix.writeUInt16LE(type, 4);
    prefix.writeUInt16LE(flags | NLM_F_REQUEST | NLM_F_ACK, 6);
    prefix.writeUInt32LE(++this.#sequence, 8);
    send(this.#fd, Buffer.concat([prefix, header, ...attributes]));
    const answer = Buffer.alloc(8192);
    for (;;) {
      const end = recv(this.#fd, answer);
      for (let at = 0; at + 16 <= end; at += (answer.readUInt32LE(at) + 3) & ~3) {
        if (answer.readUInt32LE(at + 8) !== this.#sequence) continue;
        const kind = answer.readUInt16LE(at + 4);
        if (kind === NLMSG_DONE) return;
        if (kind !== NLMSG_ERROR) continue;
        const error = answer.readInt32LE(at + 16);
        if (error !== 0) throw new SystemError("netlink", -error, subject);
        return;
      }
    }
  }

  [Symbol.dispose](): void {
    close(this.#fd);
  }
}
