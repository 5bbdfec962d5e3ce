import { StoreUnavailableError } from "../errors.ts";
import type { WatchBatch, WatchOptions } from "../store.ts";
import type { Connection } from "./connection.ts";
import { toEvent } from "./convert.ts";
import { toStoreError } from "./failure.ts";
import type { WatchResponse } from "./generated/etcd-api.ts";
import type { KeySpace } from "./key-space.ts";
import { watchFailure } from "./watch-failure.ts";

/**
 * A watch that outlives the member it is served by: after a failure it goes on at another from the revision after the
 * last one delivered. A watch for progress is one of all keys and the marker, so that each transaction passes by:
 * a member's own progress messages are rare, and those sent on demand may come before the changes in older releases of
 * 3.4 and 3.5 (https://github.com/etcd-io/etcd/issues/15220).
 *
 * Reading slowly is bounded by flow control: a member then keeps the position, and says when the history is gone.
 * `mark` is called when a watch for progress has begun, to make sure that there will be something to report.
 */
export async function* watch(
  connection: Connection,
  keys: KeySpace,
  prefix: string,
  { fromRevision, signal, progress = false }: WatchOptions,
  mark: (since: number) => Promise<void>,
): AsyncGenerator<WatchBatch, void, undefined> {
  const range = progress ? keys.everything : keys.range(prefix);
  const wanted = keys.range(prefix);
  let next = fromRevision;
  let marked = !progress;
  let failures = 0;
  for (;;) {
    const createRequest = { ...range, startRevision: next, prevKv: true, progressNotify: true };
    try {
      for await (const response of connection.open("Watch", { createRequest }, signal)) {
        if (response.canceled) throw watchFailure(response);
        if (!marked) {
          await mark(next);
          marked = true;
        }
        // Not before: a member may take a watch and then end it, again and again.
        if (response.events.length > 0) failures = 0;
        for (const [revision, events] of revisionsOf(response, next)) {
          next = revision + 1;
          const seen = events.flatMap((event) => (isWithin(event.kv?.key, wanted) ? toEvent(keys, event) : []));
          if (seen.length > 0 || progress) yield { revision, events: seen };
        }
        if (signal.aborted) return;
      }
      if (signal.aborted) return;
      throw new StoreUnavailableError("the member ended the watch");
    } catch (error) {
      if (!(await connection.recover(error, failures, Number.POSITIVE_INFINITY))) {
        if (signal.aborted) return;
        throw toStoreError(error, next);
      }
      failures += 1;
    }
  }
}

/** The revisions a message tells of, in order, from `next` on: a member that has fallen back may repeat older ones. */
function revisionsOf({ events, header, created }: WatchResponse, next: number): Map<number, WatchResponse["events"]> {
  const groups = Map.groupBy(events, ({ kv }) => kv?.modRevision ?? 0);
  // Without events: all up to the member's revision was delivered. The answer to the creation says nothing of the kind.
  if (events.length === 0 && header && !created) groups.set(header.revision, []);
  for (const revision of groups.keys()) if (revision < next) groups.delete(revision);
  return groups;
}

function isWithin(key: Uint8Array | undefined, { key: first, rangeEnd }: { key: Buffer; rangeEnd: Buffer }): boolean {
  return key !== undefined && Buffer.compare(key, first) >= 0 && Buffer.compare(key, rangeEnd) < 0;
}
