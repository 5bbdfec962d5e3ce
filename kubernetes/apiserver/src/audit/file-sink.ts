/** Audit events as lines of JSON in a file, which is put aside when it has grown large. */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  write,
  writeSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
import type { Log } from "../server-options.ts";
import type { AuditEvent } from "./audit-event.ts";
import type { AuditSink } from "./audit-sink.ts";

/** The file and how it is rotated; 0 means without limit. */
export interface AuditFileOptions {
  /** `-` for standard output. */
  readonly path: string;
  readonly maxSizeMb?: number | undefined;
  readonly maxBackups?: number | undefined;
  readonly maxAgeDays?: number | undefined;
  readonly compress?: boolean | undefined;
}

/** Lines that wait to be written. When the disk is slower than this, requests wait for it: no event is lost. */
const MOST_WAITING_BYTES = 8 << 20;
const MB = 1 << 20;
const DAY_MS = 86_400_000;
const STANDARD_OUTPUT = 1;
const writeAll = promisify(write);

/** Appends to a file. Throws when it cannot be opened. */
export function fileSink(options: AuditFileOptions, clock: { now(): number }, log: Log): AuditSink {
  const { path, maxSizeMb = 100, compress = false } = options;
  const stdout = path === "-";
  const open = () => (stdout ? STANDARD_OUTPUT : openSync(path, "a", 0o600));
  let fd = open();
  let size = stdout ? 0 : fstatSync(fd).size;
  let closed = false;
  let waiting: string[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  const compressing = new Set<Promise<void>>();

  const rotate = () => {
    const aside = asideName(path, clock.now());
    closeSync(fd);
    renameSync(path, aside);
    fd = open();
    size = 0;
    if (compress) {
      const done: Promise<void> = gzipFile(aside)
        .catch((error) => log.error("cannot compress an audit log", { path: aside, error }))
        .finally(() => compressing.delete(done));
      compressing.add(done);
    }
    for (const old of overdue(options, clock.now())) rmSync(old, { force: true });
  };

  const take = (): string => {
    const text = waiting.join("");
    waiting = [];
    waitingBytes = 0;
    if (!stdout && maxSizeMb > 0 && size > 0 && size + text.length > maxSizeMb * MB) rotate();
    size += text.length;
    return text;
  };

  const drain = async () => {
    while (waiting.length > 0) {
      const bytes = Buffer.from(take());
      let at = 0;
      while (at < bytes.length) at += (await writeAll(fd, bytes, at)).bytesWritten;
    }
  };

  return {
    write(event: AuditEvent) {
      const line = `${JSON.stringify(event)}\n`;
      waiting.push(line);
      waitingBytes += line.length;
      try {
        if (waitingBytes > MOST_WAITING_BYTES) writeSync(fd, take());
      } catch (error) {
        log.error("cannot write the audit log", { path, error });
      }
      writing ??= drain()
        .catch((error) => log.error("cannot write the audit log", { path, error }))
        .finally(() => {
          writing = undefined;
        });
    },
    async [Symbol.asyncDispose]() {
      await writing;
      await drain();
      await Promise.all(compressing);
      if (stdout || closed) return;
      closed = true;
      closeSync(fd);
    },
  };
}

/** `audit.log` put aside is `audit-2026-11-22T10-00-00.000.log`. */
function asideName(path: string, now: number): string {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const time = new Date(now).toISOString().replace("Z", "").replaceAll(":", "-");
  return `${stem}-${time}${extension}`;
}

/** The files put aside that are too many or too old. */
function overdue({ path, maxBackups = 0, maxAgeDays = 0 }: AuditFileOptions, now: number): string[] {
  const extension = extname(path);
  const stem = basename(path, extension);
  const aside = readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${stem}-`) && /-\d{4}-\d{2}-\d{2}T/.test(name))
    .sort()
    .reverse()
    .map((name) => join(dirname(path), name));
  return aside.filter(
    (name, index) =>
      (maxBackups > 0 && index >= maxBackups) || (maxAgeDays > 0 && statSync(name).mtimeMs < now - maxAgeDays * DAY_MS),
  );
}

async function gzipFile(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`, { mode: 0o600 }));
  rmSync(path);
}
