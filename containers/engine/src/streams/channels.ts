/** The channel framing of Kubernetes' WebSocket protocols: each binary message begins with the number of its channel. */
import { Writable } from "node:stream";
import type { RawData, WebSocket } from "ws";

export const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
/** With v5: a message `[255, n]` says that channel n will carry no more. */
const CLOSE = 255;

export interface ChannelHandler {
  /** A message came on channel `number`. */
  data(number: number, payload: Buffer): void;
  /** The other side is done with channel `number`. */
  closed(number: number): void;
}

/** Hands the messages of `socket` to `handler` until it closes. Text messages are not part of the protocol and are dropped. */
export function receiveChannels(socket: WebSocket, protocol: string, handler: ChannelHandler): void {
  const canClose = protocol.startsWith("v5.");
  socket.on("message", (raw: RawData, isBinary: boolean) => {
    const message = bytes(raw);
    const number = message[0];
    if (!isBinary || number === undefined) return;
    if (canClose && number === CLOSE) handler.closed(message[1] ?? 0);
    else handler.data(number, message.subarray(1));
  });
}

/** A stream that writes to one channel; a write is done when the message is on its way. */
export function channelWriter(socket: WebSocket, number: number): Writable {
  return new Writable({
    write(chunk: Buffer, _, done) {
      sendOn(socket, number, chunk).then(() => done(), done);
    },
  });
}

/** Sends one message on a channel. */
export function sendOn(socket: WebSocket, number: number, payload: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const message = Buffer.concat([Buffer.from([number]), payload]);
    socket.send(message, { binary: true }, (error) => (error ? reject(error) : resolve()));
  });
}

function bytes(raw: RawData): Buffer {
  if (Array.isArray(raw)) return Buffer.concat(raw);
  return Buffer.isBuffer(raw) ? raw : Buffer.from(raw);
}
