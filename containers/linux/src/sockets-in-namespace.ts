import { Socket } from "node:net";
import { bind, close, connect, socket } from "./libc.ts";
import { ipv4Bytes } from "./links.ts";
import { inNamespaces } from "./namespaces.ts";

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

/**
 * Starts a TCP connection from inside the network namespace pinned at `path`. A socket belongs for good to the namespace it was made in,
 * so nothing stays behind there. A refused connection shows when the socket is first used: it emits "error".
 */
export function connectInNamespace(path: string, host: string, port: number): Socket {
  const address = socketAddress(host, port);
  const fd = inNamespaces({ net: path }, () => {
    const made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      connect(made, address, `${host}:${port}`);
      return made;
    } catch (error) {
      close(made);
      throw error;
    }
  });
  return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
}

/** Makes a socket bound in the network namespace pinned at `path`; gives its descriptor, for `listen` or `bind` of Node. Port 0 is any. */
export function bindInNamespace(path: string, protocol: "tcp" | "udp", host: string, port: number): number {
  const address = socketAddress(host, port);
  return inNamespaces({ net: path }, () => {
    const type = protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM;
    const made = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      bind(made, address, `${host}:${port}`);
      return made;
    } catch (error) {
      close(made);
      throw error;
    }
  });
}

function socketAddress(host: string, port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  ipv4Bytes(host).copy(address, 4);
  return address;
}
