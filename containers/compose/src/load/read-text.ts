/** Reads files that people wrote. */
import { createReadStream } from "node:fs";

/** More than this, in bytes, nobody wrote by hand: what a project names may be a device or a pipe without end. */
const MOST = 8_000_000;

/** Thrown for what is too large to be read. */
class TooLargeError extends Error {
  constructor() {
    super(`it has more than ${MOST} bytes`);
    this.name = "TooLargeError";
  }
}

/** Gives the text of a file, a pipe or the like. Throws what the file system does, and when there are more than 8 MB. */
export async function readText(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST) throw new TooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
