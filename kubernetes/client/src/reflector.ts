import { isGone, type Logger, type Resource, StatusError } from "@skiff/api";
import { ItemBackoff } from "./backoff.ts";
import type { Client } from "./client.ts";
import { delay } from "./delay.ts";
import type { Cacheable, Selection } from "./informer.ts";

/** What a reflector does with what it learns. */
export interface Sink<T> {
  /** The complete state at `resourceVersion`. */
  replace(objects: readonly T[], resourceVersion: string): void;
  /** One change; the state is now at `resourceVersion`. */
  change(type: "ADDED" | "MODIFIED" | "DELETED", object: T, resourceVersion: string): void;
  /** Nothing changed up to `resourceVersion`. */
  progress(resourceVersion: string): void;
}

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";
/** Servers end watches themselves after about this long; asking spreads the ends of many watches over time. */
const WATCH_SECONDS = 300;
/** A watch that ends sooner, without an event, was not ended for its age. */
const SHORT_WATCH_MS = 1000;

/**
 * Feeds `sink` with the state of a selection and then every change, until `signal` aborts. A broken watch goes on from the
 * last version seen; when the server no longer has that version (410), the whole state is read again. The state is
 * streamed over a watch where the server can (`sendInitialEvents`), else listed. Failures are retried after 0.2 s
 * doubling to 5 s, with jitter: a server that comes back is found soon.
 */
export async function reflect<T extends Cacheable>(o: {
  readonly client: Client;
  readonly resource: Resource<T>;
  readonly selection: Selection;
  readonly sink: Sink<T>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}): Promise<void> {
  const { client, resource, selection, sink, signal, random = Math.random } = o;
  const log = o.log.with({ resource: resource.plural });
  const backoff = new ItemBackoff(200, 5_000);
  let streams = true;
  let at = "";

  while (!signal.aborted) {
    try {
      if (at) await follow();
      else if (streams) await stream();
      else await list();
      backoff.forget("");
    } catch (error) {
      if (signal.aborted) return;
      if (at && isGone(error)) {
        log.debug("watch is too far behind, reading the whole state again", { resourceVersion: at });
        at = "";
        continue;
      }
      if (!at && streams && refusesStreaming(error)) {
        streams = false;
        continue;
      }
      const level = backoff.failures("") >= 3 ? "warn" : "debug";
      log[level]("cannot reach the state of a resource, will retry", { error });
      await delay(backoff.next("") * (0.5 + random()), signal);
    }
  }

  async function list(): Promise<void> {
    const objects: T[] = [];
    let page = await client.list(resource, { ...selection, limit: 500 }, signal);
    objects.push(...page.items);
    while (page.metadata.continue) {
      page = await client.list(resource, { ...selection, limit: 500, continue: page.metadata.continue }, signal);
      objects.push(...page.items);
    }
    at = page.metadata.resourceVersion ?? "";
    sink.replace(objects, at);
  }

  async function stream(): Promise<void> {
    const initial = new Map<string, T>();
    const options = { ...selection, allowWatchBookmarks: true, sendInitialEvents: true, timeoutSeconds: seconds() };
    const query = { ...options, resourceVersionMatch: "NotOlderThan" as const };
    for await (const { type, object } of client.watch(resource, query, signal)) {
      const version = object.metadata.resourceVersion ?? "";
      const key = `${object.metadata.namespace ?? ""}/${object.metadata.name ?? ""}`;
      if (at) pass(type, object, version);
      else if (type === "DELETED") initial.delete(key);
      else if (type !== "BOOKMARK") initial.set(key, object);
      else if (endsInitialEvents(object)) {
        at = version;
        sink.replace([...initial.values()], version);
        initial.clear();
        backoff.forget("");
      }
    }
    if (!at) throw StatusError.serviceUnavailable("the watch ended before the initial state was complete");
  }

  async function follow(): Promise<void> {
    const options = { ...selection, resourceVersion: at, allowWatchBookmarks: true, timeoutSeconds: seconds() };
    const began = performance.now();
    let quiet = true;
    for await (const { type, object } of client.watch(resource, options, signal)) {
      quiet = false;
      pass(type, object, object.metadata.resourceVersion ?? at);
    }
    // A server that is stopping ends every watch at once: asking again without a pause would starve the process.
    if (quiet && performance.now() - began < SHORT_WATCH_MS)
      throw StatusError.serviceUnavailable("the watch ended as soon as it began");
  }

  function pass(type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK", object: T, version: string): void {
    at = version;
    if (type === "BOOKMARK") sink.progress(version);
    else sink.change(type, object, version);
  }

  function seconds(): number {
    return Math.round(WATCH_SECONDS * (1 + random()));
  }
}

function endsInitialEvents(object: Cacheable): boolean {
  const { annotations } = object.metadata as { annotations?: Readonly<Record<string, string>> };
  return annotations?.[INITIAL_EVENTS_END] === "true";
}

// Servers that do not know the option answer 400 or 422 for the combination of query parameters.
function refusesStreaming(error: unknown): boolean {
  return error instanceof StatusError && (error.code === 400 || error.code === 422);
}
