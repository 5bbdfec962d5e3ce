import type { Logger } from "@skiff/api";
import type { Reconciler } from "./reconciler.ts";
import { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";

/** Told about every reconcile, for metrics. `seconds` is how long it took. */
export interface ControllerMetrics {
  reconciled(o: {
    readonly controller: string;
    readonly result: "success" | "error" | "requeue";
    readonly seconds: number;
  }): void;
  queued(o: { readonly controller: string; readonly length: number }): void;
}

export interface ControllerOptions extends WorkQueueOptions {
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** How many keys are worked on at once; 5 unless given. */
  readonly workers?: number | undefined;
  readonly metrics?: ControllerMetrics | undefined;
}

/**
 * Runs `reconciler` from the moment its informers have synced until `signal` aborts: feeds its keys into a queue and
 * calls it with each, retrying what throws. Resolves when the last running reconcile has returned; a reconciler that
 * throws, synchronously or not, is logged and retried, and never ends the run.
 */
export async function runController(reconciler: Reconciler, options: ControllerOptions): Promise<void> {
  const { signal, workers = 5, metrics } = options;
  const log = options.log.with({ controller: reconciler.name });
  const queue = new WorkQueue(options);
  const stops = reconciler.watches.map((watch) =>
    watch.feed((key) => {
      queue.add(key);
      metrics?.queued({ controller: reconciler.name, length: queue.length });
    }),
  );
  const close = () => queue.close();
  signal.addEventListener("abort", close, { once: true });
  try {
    await Promise.all(
      reconciler.watches.flatMap((watch) => watch.informers.map((informer) => informer.synced(signal))),
    );
    await Promise.all(Array.from({ length: workers }, work));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", close);
    for (const stop of stops) stop();
    queue.close();
  }

  async function work(): Promise<void> {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const began = performance.now();
      const result = await reconcileOnce(key);
      queue.done(key);
      metrics?.reconciled({ controller: reconciler.name, result, seconds: (performance.now() - began) / 1000 });
    }
  }

  async function reconcileOnce(key: string): Promise<"success" | "error" | "requeue"> {
    try {
      const again = await reconciler.reconcile(key, signal);
      queue.forget(key);
      if (!again) return "success";
      queue.addAfter(key, again.requeueAfterMs);
      return "requeue";
    } catch (error) {
      if (signal.aborted) return "error";
      // Conflicts and the like are everyday life between two writers; what keeps failing is worth a warning.
      const level = queue.failures(key) >= 3 ? "warn" : "debug";
      log[level]("reconcile failed, will retry", { key, failures: queue.failures(key) + 1, error });
      queue.retry(key);
      return "error";
    }
  }
}
