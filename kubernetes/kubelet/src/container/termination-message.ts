/** The last words of a container: what it wrote to its message file, or the end of its log. */
import { open } from "node:fs/promises";
import { tailLines } from "../server/logs/tail.ts";

const FILE_LIMIT = 4096;
const LOG_LIMIT = 2048;
const LOG_LINES = 80;

/** What the container left in its message file, at most 4 KiB; "" when there is no such file. */
export async function messageFromFile(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_LIMIT), 0, FILE_LIMIT, 0);
    return buffer.subarray(0, bytesRead).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** The last 80 lines of the container's log, at most 2 KiB of them. */
export async function messageFromLog(path: string): Promise<string> {
  const lines = await tailLines(path, LOG_LINES);
  const text = Buffer.concat(lines.map((line) => line.content));
  return text.subarray(Math.max(0, text.length - LOG_LIMIT)).toString();
}
