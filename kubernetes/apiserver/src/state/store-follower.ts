import { setTimeout as pause } from "node:timers/promises";
import {
  assertPlain,
  CompactedError,
  type RangeResult,
  type Store,
  StoreClosedError,
  type StoreEvent,
} from "@skiff/store";

/** What is kept in step with a store. */
export interface Follower {
  /** Everything up to it has been taken in. */
  readonly revision: number;
  take(event: StoreEvent): void;
  /** Everything up to `revision` has been taken. */
  advance(revision: number): void;
  /** Takes the whole state in place of what was known: what led to it is no longer to be had. */
  replace(state: RangeResult): void;
  /** The watch failed; it is tried again. */
  failed(error: unknown): void;
  /** The watch goes on after a failure. */
  recovered(): void;
}

/** All that API servers keep in a store. */
export const EVERYTHING = "/registry/";

/** Pauses between attempts, in milliseconds; the last one repeats. */
const PAUSES = [0, 100, 500, 2000, 5000];

/** The whole state of the store. Throws when what is stored is encrypted and the store is not told how. */
export async function readEverything(store: Store): Promise<RangeResult> {
  const state = await store.range(EVERYTHING);
  for (const kv of state.kvs) assertPlain(kv.value, kv.key);
  return state;
}

/**
 * Tells the follower every change until `signal` aborts. A watch that fails goes on where it was; when the store has
 * forgotten what happened meanwhile, or going on fails too, all of the state is read anew. Throws StoreClosedError.
 */
export async function followStore(store: Store, follower: Follower, signal: AbortSignal): Promise<void> {
  let failures = 0;
  const recovered = () => {
    if (failures > 0) follower.recovered();
    failures = 0;
  };
  let anew = false;
  for (;;) {
    try {
      if (failures > 0) await pause(PAUSES[Math.min(failures, PAUSES.length) - 1], undefined, { signal });
      if (anew) follower.replace(await readEverything(store));
      anew = false;
      const watch = store.watch(EVERYTHING, { fromRevision: follower.revision + 1, signal, progress: true });
      for await (const batch of watch) {
        for (const event of batch.events) follower.take(event);
        follower.advance(batch.revision);
        recovered();
      }
      if (signal.aborted) return;
      throw new StoreClosedError("it ended the watch");
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof StoreClosedError) throw error;
      follower.failed(error);
      anew ||= failures > 0 || error instanceof CompactedError;
      failures += 1;
    }
  }
}
