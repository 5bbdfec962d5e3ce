/** The process's own log: one line per entry, `<time> <LEVEL> <message> key=value …`, to a file that is rotated by size. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import type { Logger } from "@skiff/api";

type Fields = Readonly<Record<string, unknown>>;

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** Where lines go. */
export interface Sink {
  write(line: string): void;
}

/** Standard error, for a server in the foreground. */
export const standardError: Sink = { write: (line) => void written(2, line) };

/** Bytes written: none when the disk is full, which must not end whoever has something to say about it. */
function written(file: number, line: string): number {
  try {
    return writeSync(file, line);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return 0;
    throw error;
  }
}

/** A file that is renamed to `<path>.1` when it passes `limit` bytes, so that at most twice that is kept. */
export function rotatingFile(path: string, limit = 10 << 20): Sink {
  let file = openSync(path, "a", 0o600);
  let size = fstatSync(file).size;
  return {
    write(line) {
      size += written(file, line);
      if (size < limit) return;
      closeSync(file);
      renameSync(path, `${path}.1`);
      file = openSync(path, "a", 0o600);
      size = 0;
    },
  };
}

/** A logger that writes entries of `level` and above to `sink`; `fields` are added to every entry. */
export function createLogger(sink: Sink, level: Level = "info", fields: Fields = {}): Logger {
  const threshold = LEVELS.indexOf(level);
  const entry =
    (at: Level) =>
    (message: string, more: Fields = {}): void => {
      if (LEVELS.indexOf(at) < threshold) return;
      const pairs = Object.entries({ ...fields, ...more }).map(([key, value]) => ` ${key}=${format(value)}`);
      sink.write(`${new Date().toISOString()} ${at.toUpperCase().padEnd(5)} ${message}${pairs.join("")}\n`);
    };
  return {
    debug: entry("debug"),
    info: entry("info"),
    warn: entry("warn"),
    error: entry("error"),
    with: (more: Fields) => createLogger(sink, level, { ...fields, ...more }),
  };
}

function format(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
  if (typeof value === "string") return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? String(value);
}
