/** What a container wrote, line by line. */
import { Writable } from "node:stream";
import { type DockerClient, demultiplex } from "@skiff/docker/client";

/** Which lines. Times are what the engine takes: seconds since the epoch with a fraction, or RFC 3339. */
export interface OutputOptions {
  readonly follow?: boolean | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Lines from the end, or "all". */
  readonly tail?: string | undefined;
  /** Each line begins with its time. */
  readonly timestamps?: boolean | undefined;
  /** Whether the container has a terminal: its output is not framed then. */
  readonly tty: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** A line is cut here: a program that never ends one must not fill the memory. */
const MAX_LINE = 256 * 1024;

/** Calls back with each line, without its end. Resolves when the output ends, or the signal aborts. Throws the engine's error. */
export async function containerOutput(
  client: DockerClient,
  id: string,
  { follow, since, until, tail, timestamps, tty, signal }: OutputOptions,
  onLine: (stream: "stdout" | "stderr", line: string) => void,
): Promise<void> {
  const response = await client.open(`/containers/${id}/logs`, {
    query: {
      stdout: "1",
      stderr: "1",
      follow: follow ? "1" : undefined,
      since,
      until,
      tail,
      timestamps: timestamps ? "1" : undefined,
    },
  });
  const stop = (): void => void response.destroy();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const stdout = lineSplitter((line) => onLine("stdout", line));
  const stderr = lineSplitter((line) => onLine("stderr", line));
  try {
    if (tty) for await (const chunk of response) stdout.write(chunk);
    else await demultiplex(response, stdout, stderr);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all([ended(stdout), ended(stderr)]);
  }
}

const ended = (stream: Writable): Promise<void> => new Promise((resolve) => void stream.end(resolve));

/** Takes bytes and calls back with whole lines; with the rest at its end. */
function lineSplitter(onLine: (line: string) => void): Writable {
  let rest = "";
  const decoder = new TextDecoder();
  const take = (text: string): void => {
    let from = 0;
    rest += text;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", from)) {
      onLine(rest.slice(from, rest[end - 1] === "\r" && end > from ? end - 1 : end));
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > MAX_LINE) {
      onLine(rest);
      rest = "";
    }
  };
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(decoder.decode(chunk, { stream: true }));
      done();
    },
    final(done) {
      take(decoder.decode());
      if (rest !== "") onLine(rest);
      rest = "";
      done();
    },
  });
}
