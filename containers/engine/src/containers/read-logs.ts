/** Reading a log in CRI format: "<RFC 3339 time> <stdout|stderr> <F|P> <text>". */
import { watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isSystemError } from "@skiff/linux";
import type { LogEntry, LogOptions } from "../containers.ts";

const CHUNK = 256 * 1024;
const MAX_LINE = 1024 * 1024;

/** Reads one line of the log, without its newline; undefined when it is none. */
export function parseLogLine(line: Buffer): LogEntry | undefined {
  const first = line.indexOf(0x20);
  const second = line.indexOf(0x20, first + 1);
  const third = line.indexOf(0x20, second + 1);
  if (first < 0 || second < 0) return undefined;
  const stream = line.toString("latin1", first + 1, second);
  const tag = line.toString("latin1", second + 1, third < 0 ? undefined : third);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const text = third < 0 ? Buffer.alloc(0) : line.subarray(third + 1);
  return { time: line.toString("latin1", 0, first), stream, partial: tag.startsWith("P"), line: text };
}

/**
 * Yields the entries of the log at `path`. With `follow` it goes on until `ended` settles and all is read, or `signal` aborts; a log that was rotated
 * is read on from its new file. A log that is not there yet is empty.
 */
export async function* readLogs(
  path: string,
  options: LogOptions,
  ended: Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const wanted = (entry: LogEntry): boolean => {
    const time = Date.parse(entry.time);
    return time >= (options.since ?? Number.NEGATIVE_INFINITY) && time <= (options.until ?? Number.POSITIVE_INFINITY);
  };
  const tail = new LogTail(path);
  try {
    if (options.tail !== undefined) {
      yield* await lastLines(tail.read(), wanted, options.tail);
    }
    for await (const entry of tail.read()) if (wanted(entry)) yield entry;
    if (options.follow !== true) return;
    let over = false;
    const finished = ended.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    while (!signal.aborted) {
      const last = over;
      for await (const entry of tail.read()) if (wanted(entry)) yield entry;
      if (last) return;
      await tail.changed(finished, signal);
    }
  } finally {
    await tail.close();
  }
}

/** The entries of the last lines, by their beginnings: a line that is not finished is one, too, and the streams' lines may be entangled. */
async function lastLines(
  entries: AsyncIterable<LogEntry>,
  wanted: (entry: LogEntry) => boolean,
  count: number,
): Promise<LogEntry[]> {
  const lines: { readonly at: number; readonly entry: LogEntry }[][] = [];
  const unfinished = new Map<LogEntry["stream"], { readonly at: number; readonly entry: LogEntry }[]>();
  let at = 0;
  for await (const entry of entries) {
    if (!wanted(entry)) continue;
    const line = unfinished.get(entry.stream) ?? [];
    if (line.length === 0) lines.push(line);
    line.push({ at: at++, entry });
    if (entry.partial) unfinished.set(entry.stream, line);
    else unfinished.delete(entry.stream);
    if (lines.length > count) lines.shift();
  }
  return lines
    .flat()
    .toSorted((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

/** The end of a growing file. */
class LogTail {
  readonly #path: string;
  #file: FileHandle | undefined;
  #inode = 0;
  #position = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Yields what has been added since the last call. */
  async *read(): AsyncGenerator<LogEntry> {
    yield* this.#drain();
    // Rotation renames the file and starts a new one under the old name.
    const next = await openOptional(this.#path);
    if (!next) return;
    const { ino } = await next.stat();
    if (this.#file && ino === this.#inode) return next.close();
    yield* this.#drain();
    await this.#file?.close();
    [this.#file, this.#inode, this.#position] = [next, ino, 0];
    yield* this.#drain();
  }

  async *#drain(): AsyncGenerator<LogEntry> {
    if (!this.#file) return;
    const buffer = Buffer.alloc(CHUNK);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, CHUNK, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      let data = Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]);
      for (let end = data.indexOf(0x0a); end >= 0; end = data.indexOf(0x0a)) {
        const entry = parseLogLine(data.subarray(0, end));
        data = data.subarray(end + 1);
        if (entry) yield entry;
      }
      this.#rest = data.length > MAX_LINE ? Buffer.alloc(0) : data;
    }
  }

  /** Resolves when the file may have grown, the container has finished, or the signal aborts. */
  async changed(finished: Promise<void>, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => resolve();
    let watcher: ReturnType<typeof watch> | undefined;
    try {
      watcher = watch(this.#path, done);
      watcher.on("error", done);
      // What was written between the last read and the watch would otherwise wait for the next line.
      const size = (await this.#file?.stat())?.size ?? 0;
      if (size > this.#position) return;
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error;
    }
    // A rename is seen by the watch on the old file; a file that is not there yet is not: hence the safety net.
    const net = setTimeout(done, 1000);
    signal.addEventListener("abort", done, { once: true });
    try {
      await Promise.race([promise, finished]);
    } finally {
      clearTimeout(net);
      signal.removeEventListener("abort", done);
      watcher?.close();
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

async function openOptional(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
