/** What a container wrote, line by line. */
import type { DockerClient } from "@skiff/docker/client";
import { framedEntries, type LogEntry, terminalEntries } from "./log-entries.ts";

/** Which lines. */
export interface OutputOptions {
  readonly follow?: boolean | undefined;
  /** Seconds since the epoch, with a fraction. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Lines from the end, or "all". */
  readonly tail?: string | undefined;
  /** Only lines later than this time of a line: exact, where `since` takes what is as old, too. */
  readonly after?: string | undefined;
  /** Whether the container has a terminal: its output is not framed then. */
  readonly tty: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** A line, without its end. */
export interface OutputLine {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  /** When it was written: RFC 3339 with nine digits, so that times are in order as texts are. */
  readonly time: string;
}

/** A line is cut here: a program that never ends one must not fill the memory. */
const MAX_LINE = 1024 * 1024;
/** On a terminal nothing tells the parts of a line apart, and each begins with its time. */
const INNER_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d) /g;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Calls back with each line. Resolves when the output ends, or the signal aborts. Throws the engine's error. */
export async function containerOutput(
  client: DockerClient,
  id: string,
  options: OutputOptions,
  onLine: (line: OutputLine) => void,
): Promise<void> {
  for await (const lines of outputBatches(client, id, options)) for (const line of lines) onLine(line);
}

/** Yields lines as they come, several at a time. Ends when the output does, or the signal aborts. Throws the engine's error. */
export async function* outputBatches(
  client: DockerClient,
  id: string,
  { follow, since, until, tail, after = "", tty, signal }: OutputOptions,
): AsyncGenerator<readonly OutputLine[]> {
  const from = after === "" ? since : unixTime(after);
  const query = {
    ...{ stdout: "1", stderr: "1", timestamps: "1", follow: follow ? "1" : undefined },
    ...{ since: from, until, tail },
  };
  const response = await client.open(`/containers/${id}/logs`, { query });
  const stop = (): void => void response.destroy();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const lines = new Lines(after, { tty });
  try {
    for await (const entries of (tty ? terminalEntries : framedEntries)(response)) {
      for (const entry of entries) lines.add(entry);
      if (lines.hasWhole) yield lines.take();
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
  lines.end();
  if (lines.hasWhole) yield lines.take();
}

/** Puts the parts of long lines together. */
class Lines {
  readonly #after: string;
  readonly #tty: boolean;
  #whole: OutputLine[] = [];
  readonly #open: Record<"stdout" | "stderr", { time: string; parts: Buffer[]; size: number }> = {
    stdout: { time: "", parts: [], size: 0 },
    stderr: { time: "", parts: [], size: 0 },
  };

  constructor(after: string, { tty }: { readonly tty: boolean }) {
    this.#after = after;
    this.#tty = tty;
  }

  get hasWhole(): boolean {
    return this.#whole.length > 0;
  }

  take(): readonly OutputLine[] {
    const whole = this.#whole;
    this.#whole = [];
    return whole;
  }

  add({ stream, bytes }: LogEntry): void {
    const space = bytes.indexOf(SPACE);
    const time = bytes.toString("latin1", 0, Math.max(0, space));
    if (time <= this.#after) return;
    const open = this.#open[stream];
    if (open.parts.length === 0) open.time = time;
    const isWhole = bytes.at(-1) === NEWLINE;
    const end = isWhole ? bytes.byteLength - (bytes.at(-2) === RETURN ? 2 : 1) : bytes.byteLength;
    const part = bytes.subarray(space + 1, Math.max(space + 1, end));
    // What is read again later must not keep the whole chunk alive.
    open.parts.push(isWhole && open.parts.length === 0 ? part : Buffer.from(part));
    open.size += part.byteLength;
    if (isWhole || open.size > MAX_LINE) this.#close(stream);
  }

  end(): void {
    for (const stream of ["stdout", "stderr"] as const) if (this.#open[stream].parts.length > 0) this.#close(stream);
  }

  #close(stream: "stdout" | "stderr"): void {
    const { time, parts } = this.#open[stream];
    const [first] = parts;
    const text = parts.length === 1 && first ? first.toString() : Buffer.concat(parts).toString();
    this.#open[stream] = { time: "", parts: [], size: 0 };
    this.#whole.push({ stream, text: this.#tty ? text.replace(INNER_TIME, "") : text, time });
  }
}

/** RFC 3339 as seconds since the epoch with a fraction of nine digits. */
function unixTime(text: string): string {
  const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? "";
  return `${Math.floor(Date.parse(text) / 1000)}.${fraction.padEnd(9, "0")}`;
}
