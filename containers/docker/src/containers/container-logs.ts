/** GET /containers/{id}/logs. */
import type { Container, LogEntry, LogOptions } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Call, flag, type Handler } from "../http/call.ts";
import { sessionMediaType } from "../http/connect-session.ts";
import { DockerError } from "../http/docker-error.ts";
import { frame } from "../http/stdcopy.ts";
import { findContainer } from "./find-container.ts";
import { logDetails } from "./log-details.ts";

const NEWLINE = Buffer.from("\n");

/** What of a log is given, and how. */
interface LogRequest extends LogOptions {
  readonly wanted: { readonly stdout: boolean; readonly stderr: boolean };
  readonly timestamps?: boolean;
  readonly details?: boolean;
}

export function containerLogs(deps: Deps): Handler {
  return async function containerLogs(call) {
    const container = await findContainer(deps, call);
    const { spec } = container;
    if (spec.log === "none") throw new DockerError(501, "configured logging driver does not support reading");
    const wanted = { stdout: flag(call, "stdout"), stderr: flag(call, "stderr") };
    if (!wanted.stdout && !wanted.stderr)
      throw new DockerError(400, "Bad parameters: you must choose at least one stream");
    const request = {
      ...{ wanted, timestamps: flag(call, "timestamps"), details: flag(call, "details") },
      ...{ follow: flag(call, "follow"), since: seconds(call, "since"), until: seconds(call, "until") },
      tail: tail(call),
    };
    const headers = { "content-type": sessionMediaType(spec.tty === true) };
    return { status: 200, stream: logOutput(deps, container, request, call.signal), headers };
  };
}

/** A log as a client reads it: in frames unless the container has a terminal. */
export async function* logOutput(
  { engine }: Pick<Deps, "engine">,
  { id, spec }: Container,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const details = request.details ? `${logDetails(spec)} ` : "";
  /** Streams that are within a line. */
  const within = new Set<LogEntry["stream"]>();
  for await (const entry of engine.containers.logs(id, request, signal)) {
    const { stream, line, partial, time } = entry;
    const head = within.has(stream) ? "" : `${request.timestamps ? `${utc(time)} ` : ""}${details}`;
    if (partial) within.add(stream);
    else within.delete(stream);
    if (!request.wanted[stream]) continue;
    const bytes = Buffer.concat([Buffer.from(head), line, ...(partial ? [] : [NEWLINE])]);
    yield spec.tty === true ? bytes : frame(stream, bytes);
  }
}

/** A moment as RFC 3339 has it in UTC, to the nanosecond. */
function utc(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  return `${new Date(time).toISOString().slice(0, "2006-01-02T15:04:05".length)}.${fraction.padEnd(9, "0")}Z`;
}

// Seconds since the epoch, with a fraction, to milliseconds; 0 is no bound.
function seconds(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === null || text === "" || text === "0") return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new DockerError(400, `invalid value for ${name}: ${JSON.stringify(text)}`);
  return value * 1000;
}

function tail(call: Call): number | undefined {
  const text = call.query.get("tail") ?? "all";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
