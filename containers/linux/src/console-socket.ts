/**
 * Receives a pseudo-terminal from an OCI runtime: the runtime connects to a Unix socket and passes the master's descriptor
 * (runc, "terminals"). Node's own sockets cannot receive descriptors.
 */
import { rmSync } from "node:fs";
import koffi from "koffi";
import { DescriptorPoll } from "./descriptor-poll.ts";
import { acceptNow, bind, close, ioctl, listen, recvmsg, socket } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SCM_RIGHTS = 1;
const TIOCSWINSZ = 0x5414;

export interface ConsoleSocket extends Disposable {
  /** The descriptor of the terminal's master; the receiver closes it. Rejects when the socket is disposed of first. */
  readonly terminal: Promise<number>;
}

/** Listens at `path`, at most 107 bytes long, for one runtime. Disposing of it takes the path away. */
export function listenForTerminal(path: string): ConsoleSocket {
  const { promise: terminal, resolve, reject } = Promise.withResolvers<number>();
  const listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  bind(listener, unixAddress(path));
  listen(listener, 1);
  let open = true;
  const dispose = (): void => {
    if (!open) return;
    open = false;
    poll.close();
    close(listener);
    rmSync(path, { force: true });
    reject(new Error("Cannot take the terminal: the runtime ended before it passed one"));
  };
  const poll = new DescriptorPoll(listener, () => {
    try {
      const connection = acceptNow(listener);
      if (connection === undefined) return poll.arm({ readable: true });
      resolve(takeDescriptor(connection));
    } catch (error) {
      reject(error);
    }
    dispose();
  });
  poll.arm({ readable: true });
  // Whoever disposes of it early may not be waiting for the terminal any more.
  terminal.catch(() => undefined);
  return { terminal, [Symbol.dispose]: dispose };
}

/** Receives one message with one descriptor in it (unix(7), SCM_RIGHTS). The layouts are those of 64-bit Linux. */
function takeDescriptor(connection: number): number {
  const PAYLOAD = 4096;
  const CONTROL = 64;
  const payload = koffi.alloc("uint8_t", PAYLOAD);
  const control = koffi.alloc("uint8_t", CONTROL);
  const vector = koffi.alloc("uint64_t", 2);
  try {
    koffi.encode(vector, "uint64_t", koffi.address(payload));
    koffi.encode(vector, 8, "uint64_t", BigInt(PAYLOAD));
    const message = Buffer.alloc(56);
    message.writeBigUInt64LE(koffi.address(vector), 16);
    message.writeBigUInt64LE(1n, 24);
    message.writeBigUInt64LE(koffi.address(control), 32);
    message.writeBigUInt64LE(BigInt(CONTROL), 40);
    recvmsg(connection, message);
    const header = Buffer.from(koffi.view(control, 24));
    if (message.readBigUInt64LE(40) < 20n || header.readInt32LE(12) !== SCM_RIGHTS)
      throw new Error("Cannot take the terminal: the runtime passed no descriptor");
    return header.readInt32LE(16);
  } finally {
    for (const block of [payload, control, vector]) koffi.free(block);
    close(connection);
  }
}

/** A Unix socket address (sockaddr_un) for `path`. */
export function unixAddress(path: string): Buffer {
  const name = Buffer.from(`${path}\0`);
  if (name.length > 108) throw new RangeError(`Cannot use the socket path ${path}: longer than 107 bytes`);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

/** Sets a terminal's size in characters. */
export function resizeTerminal(fd: number, width: number, height: number): void {
  const size = Buffer.alloc(8);
  size.writeUInt16LE(height, 0);
  size.writeUInt16LE(width, 2);
  ioctl(fd, TIOCSWINSZ, size, "TIOCSWINSZ");
}
