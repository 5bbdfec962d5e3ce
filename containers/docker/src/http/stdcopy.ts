/** The multiplexed stream of attach, exec and logs without a terminal: frames of 8 header bytes and a payload. */

const STREAMS = { stdout: 1, stderr: 2 } as const;

/** One frame: stream number, three zeros, length as big-endian uint32, payload. */
export function frame(stream: keyof typeof STREAMS, payload: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(8 + payload.byteLength);
  framed.writeUInt32BE(STREAMS[stream] * 2 ** 24, 0);
  framed.writeUInt32BE(payload.byteLength, 4);
  framed.set(payload, 8);
  return framed;
}
