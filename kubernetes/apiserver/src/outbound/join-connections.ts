/** Two connections made one: an upgraded request and the one that answers it. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** One side, with what had been read of it already. */
export interface Side {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Passes the answer that changed the protocol to `near`, then everything in both directions until either side ends. */
export function joinConnections(answer: IncomingMessage, far: Side, near: Side): void {
  const lines = ["HTTP/1.1 101 Switching Protocols"];
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
  }
  near.socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  if (far.head.length > 0) near.socket.write(far.head);
  if (near.head.length > 0) far.socket.write(near.head);
  const close = () => {
    near.socket.destroy();
    far.socket.destroy();
  };
  for (const { socket } of [near, far]) {
    socket.on("error", close);
    socket.once("close", close);
  }
  near.socket.pipe(far.socket);
  far.socket.pipe(near.socket);
}
