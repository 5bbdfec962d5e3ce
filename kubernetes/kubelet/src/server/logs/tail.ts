import { type FileHandle, open } from "node:fs/promises";
import { type LogLine, parseLogLine } from "./cri-line.ts";

const BLOCK = 64 * 1024;

/** Where the last `count` lines of an open file begin, in bytes from its start. */
export async function tailOffset(file: FileHandle, size: number, count: number): Promise<number> {
  if (count <= 0) return size;
  const block = Buffer.alloc(BLOCK);
  let found = 0;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let index = bytesRead - 1; index >= 0; index--) {
      // The newline at the very end closes the last line; it does not begin another.
      if (block[index] === 0x0a && start + index !== size - 1 && ++found === count) return start + index + 1;
    }
    end = start;
  }
  return 0;
}

/** The last `count` lines of the log at `path`; none when there is no such file. */
export async function tailLines(path: string, count: number): Promise<LogLine[]> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const start = await tailOffset(file, size, count);
    const buffer = Buffer.alloc(Math.min(size - start, count * 2 * BLOCK));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.subarray(0, bytesRead);
    return splitLines(text).flatMap((line) => parseLogLine(line) ?? []);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(0x0a, start);
    const end = found < 0 ? text.length : found;
    lines.push(text.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
