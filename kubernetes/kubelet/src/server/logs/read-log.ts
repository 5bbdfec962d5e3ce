/** A container's log as `kubectl logs` asks for it. */
import { once } from "node:events";
import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { LineSplitter, type LogLine, parseLogLine } from "./cri-line.ts";
import { tailOffset } from "./tail.ts";

export interface LogQuery {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  /** Only what was written at or after this, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly stream: "All" | "Stdout" | "Stderr";
}

/**
 * Yields the bytes of the log at `path`. Following, it goes on over rotations until `ended` says that nothing more will be
 * written, or `signal` aborts. A log that does not exist yet is an empty one.
 */
export async function* readLog(
  path: string,
  query: LogQuery,
  o: { readonly ended: () => Promise<boolean>; readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const changes = query.follow ? new Changes(path, o.signal) : undefined;
  try {
    let left = query.limitBytes ?? Number.POSITIVE_INFINITY;
    for await (const line of readLines(path, query, changes, o)) {
      const bytes = render(line, query);
      if (!bytes) continue;
      yield bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= bytes.length;
      if (left <= 0) return;
    }
  } finally {
    changes?.close();
  }
}

function render(line: LogLine, { timestamps, since, stream }: LogQuery): Buffer | undefined {
  if (stream !== "All" && stream.toLowerCase() !== line.stream) return undefined;
  if (since !== undefined && Date.parse(line.timestamp) < since) return undefined;
  // Some runtimes write UTC as an offset.
  const written = line.timestamp.replace(/\+00:00$/, "Z");
  return timestamps ? Buffer.concat([Buffer.from(`${written} `), line.content]) : line.content;
}

async function* readLines(
  path: string,
  { tailLines: count }: LogQuery,
  changes: Changes | undefined,
  o: { readonly ended: () => Promise<boolean>; readonly signal: AbortSignal },
): AsyncGenerator<LogLine> {
  let tail = count;
  for (;;) {
    const file = await openIfThere(path);
    if (file) {
      await using opened = file;
      const info = await opened.stat();
      const start = tail === undefined ? 0 : await tailOffset(opened, info.size, tail);
      // What is written while it is read belongs to those who follow: the last lines of others are the last at one moment.
      const end = changes ? Number.POSITIVE_INFINITY : info.size;
      yield* readOpen(opened, { start, end }, { path, inode: info.ino }, changes, o);
    }
    // The next file of a rotated log is read from its start.
    tail = undefined;
    if (!changes || o.signal.aborted || (await o.ended())) return;
    if (!file) await changes.next();
  }
}

/** Reads from `start` on until `end` or that of the file, or, following, until it is rotated away or nothing more will come. */
async function* readOpen(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  { path, inode }: { readonly path: string; readonly inode: number },
  changes: Changes | undefined,
  o: { readonly ended: () => Promise<boolean>; readonly signal: AbortSignal },
): AsyncGenerator<LogLine> {
  const splitter = new LineSplitter();
  const buffer = Buffer.alloc(64 * 1024);
  let position = start;
  for (let last = false; ; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
    position += bytesRead;
    for (const line of splitter.push(buffer.subarray(0, bytesRead))) {
      const parsed = parseLogLine(line);
      if (parsed) yield parsed;
    }
    if (bytesRead > 0) continue;
    if (last || !changes || o.signal.aborted) return;
    // What was written before the end was known must still be read.
    last = (await o.ended()) || (await inodeOf(path)) !== inode;
    if (!last) await changes.next();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path).catch(absent);
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.ino;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

/** How long a follower relies on file events alone before it asks whether the container still runs. */
const SAFETY_MS = 1_000;

/** Tells when something happened to a file, by watching its directory. */
class Changes {
  readonly #watcher: FSWatcher;
  readonly #signal: AbortSignal;
  #changed = false;

  constructor(path: string, signal: AbortSignal) {
    this.#signal = signal;
    const name = basename(path);
    this.#watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) this.#changed = true;
    });
    this.#watcher.on("error", () => this.#watcher.close());
  }

  /** Resolves at the next change, at once if there was one since the last call, or after a second. */
  async next(): Promise<void> {
    if (!this.#changed && !this.#signal.aborted) {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(SAFETY_MS)]);
      await once(this.#watcher, "change", { signal }).catch((error: Error) => {
        if (error.name !== "AbortError") throw error;
      });
    }
    this.#changed = false;
  }

  close(): void {
    this.#watcher.close();
  }
}
