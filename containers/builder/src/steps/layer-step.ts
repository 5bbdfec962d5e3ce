/** A step that makes a layer: from the cache, or by changing a snapshot and keeping what changed. */
import { randomUUID } from "node:crypto";
import { type StageState, withLayer } from "../stage-state.ts";
import { stepKey } from "../step-cache.ts";
import type { StepDeps } from "./step-deps.ts";

/** A change of files. */
export interface LayerStep {
  /** Number of the step, for reports. */
  readonly step: number;
  /** Everything besides the files below that the result depends on. */
  readonly key: readonly unknown[];
  readonly createdBy: string;
  /** Makes the change in the snapshot. `mount` gives its root on the host. */
  readonly change: (snapshot: string, mount: () => Promise<string>) => Promise<void>;
}

/** The state after the step. */
export async function layerStep(
  deps: StepDeps,
  state: StageState,
  { step, key, createdBy, change }: LayerStep,
): Promise<StageState> {
  const { cache, engine, signal } = deps;
  const cacheKey = stepKey([state.chainId, ...key]);
  const known = deps.useCache ? await cache.get(cacheKey) : undefined;
  if (known !== undefined) {
    deps.report({ type: "cached", step });
    return withLayer(state, known, createdBy);
  }
  signal.throwIfAborted();
  const snapshot = `build-${randomUUID()}`;
  await engine.snapshots.prepare(snapshot, state.chainId);
  try {
    await change(snapshot, () => engine.snapshots.mount(snapshot));
    signal.throwIfAborted();
    const committed = await engine.snapshots.commit(snapshot);
    const result = { ...committed, created: deps.now().toISOString() };
    await cache.put(cacheKey, result);
    return withLayer(state, result, createdBy);
  } finally {
    // Idempotent: after a commit there is nothing left to remove.
    await engine.snapshots.remove(snapshot);
  }
}
