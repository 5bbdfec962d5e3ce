import { SlowWatcherError } from "./errors.ts";
import type { StoreEvent, WatchBatch } from "./store.ts";

/** A live subscription: batches as they are published, from the moment it was made. */
export interface Subscription extends Disposable {
  /** The next batch, or undefined once `end` was called or the signal aborted. Throws SlowWatcherError. */
  next(): Promise<WatchBatch | undefined>;
}

/** How many events one reader may leave unread before it is cut off. */
const MAX_UNREAD = 50_000;
/** The most that the remembered values may hold together: readers keep histories of their own, and older ones are in the file. */
const HELD_BYTES = 1 << 20;

/** Hands each published revision to the watchers of its keys, and remembers the newest ones for watchers that come late. */
export interface WatchHub {
  /** Called once per revision, in order. */
  publish(batch: WatchBatch): void;
  subscribe(prefix: string, progress: boolean, signal: AbortSignal): Subscription;
  /** The remembered batches from `revision` on, or undefined when memory does not reach back that far. */
  recent(revision: number): readonly WatchBatch[] | undefined;
  /** Ends every subscription. */
  end(): void;
}

/** A hub that remembers about `capacity` events, fewer where their values are large; `revision` is what had been published before it existed. */
export function createWatchHub(revision: number, capacity = 4096): WatchHub {
  const watchers = new Set<{ offer(batch: WatchBatch): void; end(): void }>();
  const ring: WatchBatch[] = [];
  let held = 0;
  let heldBytes = 0;
  let firstHeld = revision + 1;
  let ended = false;

  return {
    publish(batch) {
      ring.push(batch);
      held += batch.events.length;
      heldBytes += bytesOf(batch);
      while ((held > capacity || heldBytes > HELD_BYTES) && ring.length > 1) {
        const dropped = ring.shift();
        if (!dropped) break;
        held -= dropped.events.length;
        heldBytes -= bytesOf(dropped);
        firstHeld = dropped.revision + 1;
      }
      for (const watcher of watchers) watcher.offer(batch);
    },
    recent: (from) => (from < firstHeld ? undefined : ring.filter((batch) => batch.revision >= from)),
    subscribe(prefix, progress, signal) {
      const queue: WatchBatch[] = [];
      let unread = 0;
      let over = ended || signal.aborted;
      let failure: SlowWatcherError | undefined;
      let wake: (() => void) | undefined;
      const rouse = () => {
        wake?.();
        wake = undefined;
      };
      const watcher = {
        offer(batch: WatchBatch) {
          const events = under(prefix, batch.events);
          if (events.length === 0 && !progress) return;
          unread += events.length + 1;
          queue.push(events === batch.events ? batch : { revision: batch.revision, events });
          if (unread > MAX_UNREAD) {
            failure = new SlowWatcherError(unread);
            queue.length = 0;
            watchers.delete(watcher);
          }
          rouse();
        },
        end() {
          over = true;
          rouse();
        },
      };
      watchers.add(watcher);
      signal.addEventListener("abort", watcher.end, { once: true });
      return {
        async next() {
          for (;;) {
            if (over) return undefined;
            if (failure) throw failure;
            const batch = queue.shift();
            if (batch) {
              unread -= batch.events.length + 1;
              return batch;
            }
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
        [Symbol.dispose]() {
          watchers.delete(watcher);
          signal.removeEventListener("abort", watcher.end);
        },
      };
    },
    end() {
      ended = true;
      for (const watcher of watchers) watcher.end();
    },
  };
}

function bytesOf({ events }: WatchBatch): number {
  return events.reduce((sum, { kv, prev }) => sum + kv.value.length + (prev?.value.length ?? 0), 0);
}

/** The events under a prefix; the same array when that is all of them, which is how most are shared. */
export function under(prefix: string, events: readonly StoreEvent[]): readonly StoreEvent[] {
  return events.every((e) => e.kv.key.startsWith(prefix)) ? events : events.filter((e) => e.kv.key.startsWith(prefix));
}
