/** GET /containerLogs/{namespace}/{pod}/{container}: what `kubectl logs` shows. */
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { lastEnded, newest } from "../../pods/observed.ts";
import type { PodWorkers } from "../../pods/pod-workers.ts";
import { HttpError } from "../http-error.ts";
import { flag, integer } from "../query.ts";
import { findMade, findPod } from "../target.ts";
import { type LogQuery, readLog } from "./read-log.ts";

export interface LogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Streams the log to `response`; ends when the log does, or following, when the container does or the client goes. */
export async function serveContainerLog(
  workers: Pick<PodWorkers, "find">,
  target: LogTarget,
  query: URLSearchParams,
  response: ServerResponse,
  now: number,
): Promise<void> {
  const worker = findPod(workers, target.namespace, target.pod);
  const current = findMade(worker, target.container);
  const previous = flag(query, "previous");
  const running = current.state === "running" || current.state === "exited" ? current : undefined;
  const shown = previous || !running ? lastEnded(worker.observed, target.container, current) : running;
  if (!shown) {
    const where = `container "${target.container}" in pod "${target.pod}"`;
    throw new HttpError(
      400,
      previous ? `previous terminated ${where} not found` : `${where} is waiting to start: ContainerCreating`,
    );
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  const ended = async () => {
    const latest = newest(worker.observed, target.container);
    return latest?.id !== shown.id || latest.state !== "running";
  };
  try {
    await pipeline(readLog(shown.logPath, logQuery(query, now), { ended, signal: gone.signal }), response);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

function logQuery(query: URLSearchParams, now: number): LogQuery {
  const seconds = integer(query, "sinceSeconds", 1);
  const time = query.get("sinceTime");
  if (time && Number.isNaN(Date.parse(time))) throw new HttpError(400, `invalid sinceTime: ${JSON.stringify(time)}`);
  const stream = query.get("stream") ?? "All";
  if (stream !== "All" && stream !== "Stdout" && stream !== "Stderr")
    throw new HttpError(400, `invalid stream: ${stream}`);
  return {
    follow: flag(query, "follow"),
    timestamps: flag(query, "timestamps"),
    tailLines: integer(query, "tailLines", 0),
    limitBytes: integer(query, "limitBytes", 1),
    since: seconds === undefined ? (time ? Date.parse(time) : undefined) : now - seconds * 1000,
    stream,
  };
}
