import type { Store } from "@skiff/store";

/** How long an Event is kept. */
const EVENT_SECONDS = 3600;
/** Events of this much time share a lease: one lease each would make the store keep thousands. */
const SHARED_MS = 60_000;

/** Leases that let Events end an hour after they were written. */
export interface EventLeases {
  current(): Promise<number>;
}

/** Leases from the store, a new one per minute in which Events are written. */
export function createEventLeases(store: Store, clock: { now(): number }): EventLeases {
  let newest: { readonly lease: Promise<number>; readonly until: number } | undefined;
  return {
    current() {
      if (!newest || clock.now() >= newest.until) {
        newest = { lease: store.lease(EVENT_SECONDS + SHARED_MS / 1000), until: clock.now() + SHARED_MS };
      }
      return newest.lease;
    },
  };
}
