/** Output of attach and exec without a terminal: frames of 8 header bytes and a payload, for two streams. */
import type { Writable } from "node:stream";

/** Writes each frame's payload to its stream until the source ends. Throws for a frame of an unknown stream. */
export async function demultiplex(source: AsyncIterable<Buffer>, stdout: Writable, stderr: Writable): Promise<void> {
  let header = Buffer.alloc(0);
  let left = 0;
  let target = stdout;
  for await (const chunk of source) {
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (left > 0) {
        const payload = rest.subarray(0, left);
        left -= payload.byteLength;
        rest = rest.subarray(payload.byteLength);
        if (!target.write(payload)) await new Promise((resolve) => target.once("drain", resolve));
        continue;
      }
      const missing = 8 - header.byteLength;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.byteLength < 8) break;
      if (header[0] !== 1 && header[0] !== 2) throw new Error(`malformed output: a frame of stream ${header[0]}`);
      target = header[0] === 1 ? stdout : stderr;
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  }
}
