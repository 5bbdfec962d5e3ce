/**
 * Receives a pseudo-terminal from an OCI runtime: the runtime connects to a Unix socket and passes the master's descriptor
 * (runc, "terminals"). Node cannot receive descriptors, so the accept and the receive run on a worker of the FFI library.
 */

import { unlinkSync } from "node:fs";
import koffi, { type KoffiFunction } from "koffi";
import { bind, close, ioctl, isSystemError, listen, SystemError, socket } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const TIOCSWINSZ = 0x5414;

const libc = koffi.load(null);
const acceptCall = libc.func("int accept4(int, void *, void *, int)");
const recvmsgCall = libc.func("int64_t recvmsg(int, void *, int)");
const shutdownCall = libc.func("int shutdown(int, int)");

export interface ConsoleSocket extends Disposable {
  /** The descriptor of the terminal's master. Rejects when the socket was disposed of first. */
  readonly terminal: Promise<number>;
}

/** Listens at `path`, at most 107 bytes long, for one runtime. */
export function listenForTerminal(path: string): ConsoleSocket {
  const listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bind(listener, unixAddress(path));
  listen(listener, 1);
  let open = true;
  const dispose = (): void => {
    if (!open) return;
    open = false;
    // Wakes the accept on the worker, which then closes the descriptor.
    shutdownCall(listener, 2);
    try {
      unlinkSync(path);
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error;
    }
  };
  const terminal = receive(listener).finally(() => {
    dispose();
    close(listener);
  });
  return { terminal, [Symbol.dispose]: dispose };
}

async function receive(listener: number): Promise<number> {
  const connection = await callAsync(acceptCall, "accept", listener, null, null, SOCK_CLOEXEC);
  try {
    const payload = koffi.alloc("uint8_t", 4096);
    const control = koffi.alloc("uint8_t", 64);
    const message = Buffer.alloc(56);
    const vector = koffi.alloc("uint64_t", 2);
    koffi.encode(vector, "uint64_t", koffi.address(payload));
    koffi.encode(vector, 8, "uint64_t", 4096n);
    message.writeBigUInt64LE(koffi.address(vector), 16);
    message.writeBigUInt64LE(1n, 24);
    message.writeBigUInt64LE(koffi.address(control), 32);
    message.writeBigUInt64LE(64n, 40);
    try {
      await callAsync(recvmsgCall, "recvmsg", connection, message, MSG_CMSG_CLOEXEC);
      const header = Buffer.from(koffi.view(control, 24));
      const SCM_RIGHTS = 1;
      if (message.readBigUInt64LE(40) < 20n || header.readInt32LE(12) !== SCM_RIGHTS)
        throw new Error("Cannot take the terminal: the runtime passed no descriptor");
      return header.readInt32LE(16);
    } finally {
      for (const block of [payload, control, vector]) koffi.free(block);
    }
  } finally {
    close(connection);
  }
}

function callAsync(call: KoffiFunction, name: string, ...args: unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: Error | null, result: number | bigint) => {
      if (error) reject(error);
      else if (Number(result) < 0) reject(new SystemError(name, koffi.errno(), "console socket"));
      else resolve(Number(result));
    });
  });
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
