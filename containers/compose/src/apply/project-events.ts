/** One stream of what happens to a project's containers, for all who wait for something. */

import type { OperationContext } from "../operations/context.ts";
import { LABEL } from "../plan/labels.ts";

/** Something happened to a container. */
export interface ContainerEvent {
  /** "start", "die", "health_status: healthy" … */
  readonly action: string;
  readonly name: string;
}

/** Who listens. The stream is opened by the first of them. */
export interface ProjectEvents {
  listen(listener: (event: ContainerEvent) => void): () => void;
  /** Settles when the stream has begun; rejects when it cannot. */
  readonly ready: Promise<void>;
  /** Ends the stream. */
  close(): void;
}

/** Follows the containers of project `name`. */
export function followProject({ client, signal }: OperationContext, name: string): ProjectEvents {
  const listeners = new Set<(event: ContainerEvent) => void>();
  const over = new AbortController();
  const filters = JSON.stringify({ type: ["container"], label: [`${LABEL.project}=${name}`] });
  const opened = client.open("/events", { query: { filters }, signal: AbortSignal.any([signal, over.signal]) });
  const ready = opened.then((answer) => {
    let rest = "";
    answer.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") tell(JSON.parse(line));
    });
    // The end of the stream, wished or not, is for those who wait to notice: they look again from time to time.
    answer.on("error", () => undefined);
  });
  // Whoever waits for the stream is told; nobody may.
  ready.catch(() => undefined);
  const tell = ({ Action, Actor }: { Action: string; Actor: { Attributes: { name?: string } } }): void => {
    for (const listener of [...listeners]) listener({ action: Action, name: Actor.Attributes.name ?? "" });
  };
  return {
    ready,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => over.abort(),
  };
}

/** How long somebody waits without an event before looking again, in milliseconds. */
const PATIENCE = 1000;

/** Something that is waited for, and need not be any more. */
export interface Awaited {
  /** Settles when something happens, or after a second; rejects when the signal aborts. */
  readonly change: Promise<void>;
  cancel(): void;
}

/** Begins to wait for something to happen to container `name`. */
export function nextEvent(events: ProjectEvents, name: string, signal: AbortSignal): Awaited {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const unlisten = events.listen((event) => {
    if (event.name === name) resolve();
  });
  const timer = setTimeout(resolve, PATIENCE);
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  // Whoever waits hears of the abort; whoever has stopped waiting need not.
  promise.catch(() => undefined);
  return {
    change: promise,
    cancel() {
      unlisten();
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
