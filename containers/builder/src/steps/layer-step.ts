/** A step that makes a layer: from the cache, or by changing a snapshot and keeping what changed. */
import { randomUUID } from "node:crypto";
import { type StageState, withLayer } from "../stage-state.ts";
import { type StepResult, stepKey } from "../step-cache.ts";
import { clampTimes } from "./clamp-times.ts";
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
export async function layerStep(deps: StepDeps, state: StageState, layer: LayerStep): Promise<StageState> {
  const { step, key, createdBy } = layer;
  const { cache, imports, epoch } = deps;
  const cacheKey = stepKey([state.chainId, ...key, ...(epoch === undefined ? [] : [epoch.getTime()])]);
  const known = deps.useCache
    ? ((await cache.get(cacheKey)) ?? (await imports.take(cacheKey, state.layers)))
    : undefined;
  if (known !== undefined) deps.report({ type: "cached", step });
  const result = known ?? (await make(deps, state, layer));
  if (known === undefined) await cache.put(cacheKey, result);
  return withLayer(state, result, createdBy, cacheKey);
}

async function make(deps: StepDeps, state: StageState, { change }: LayerStep): Promise<StepResult> {
  const { engine, signal, epoch } = deps;
  signal.throwIfAborted();
  const snapshot = `build-${randomUUID()}`;
  // It does not outlive the build: one that a crash leaves is removed when the builder opens.
  await engine.snapshots.prepare(snapshot, state.chainId, { untilReboot: true });
  try {
    const mount = () => engine.snapshots.mount(snapshot);
    await change(snapshot, mount);
    signal.throwIfAborted();
    if (epoch !== undefined) await clampTimes(deps, snapshot, await mount(), epoch);
    const committed = await engine.snapshots.commit(snapshot);
    return { ...committed, created: deps.now().toISOString() };
  } finally {
    // Idempotent: after a commit there is nothing left to remove.
    await engine.snapshots.remove(snapshot);
  }
}
