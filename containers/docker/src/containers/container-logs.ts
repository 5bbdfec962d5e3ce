/** GET /containers/{id}/logs. */
import type { LogEntry } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Call, flag, type Handler } from "../http/call.ts";
import { sessionMediaType } from "../http/connect-session.ts";
import { DockerError } from "../http/docker-error.ts";
import { frame } from "../http/stdcopy.ts";
import { findContainer } from "./find-container.ts";

const NEWLINE = Buffer.from("\n");

export function containerLogs(deps: Deps): Handler {
  return async function containerLogs(call) {
    const { id, spec } = await findContainer(deps, call);
    if (spec.log === "none") throw new DockerError(501, "configured logging driver does not support reading");
    const wanted = { stdout: flag(call, "stdout"), stderr: flag(call, "stderr") };
    if (!wanted.stdout && !wanted.stderr)
      throw new DockerError(400, "Bad parameters: you must choose at least one stream");
    const tty = spec.tty === true;
    const timestamps = flag(call, "timestamps");
    const options = {
      follow: flag(call, "follow"),
      since: seconds(call, "since"),
      until: seconds(call, "until"),
      tail: tail(call),
    };
    async function* output(): AsyncGenerator<Uint8Array> {
      for await (const entry of deps.engine.containers.logs(id, options, call.signal)) {
        if (!wanted[entry.stream]) continue;
        const bytes = bytesOf(entry, timestamps);
        yield tty ? bytes : frame(entry.stream, bytes);
      }
    }
    return { status: 200, stream: output(), headers: { "content-type": sessionMediaType(tty) } };
  };
}

function bytesOf({ line, partial, time }: LogEntry, timestamps: boolean): Buffer {
  return Buffer.concat([...(timestamps ? [Buffer.from(`${time} `)] : []), line, ...(partial ? [] : [NEWLINE])]);
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
