import type { DaemonSet } from "@skiff/api/apps/v1";
import type { Node, Pod } from "@skiff/api/core/v1";
import { absolute } from "../deployment/sizes.ts";
import { isAvailable, isFinished, isReady } from "../pod-state.ts";
import { REVISION_HASH } from "../revisions.ts";
import { fitOf, nodeOf } from "./node-fit.ts";

export interface Plan {
  /** Nodes that need a pod. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
  readonly status: NonNullable<DaemonSet["status"]>;
}

/** Decides which nodes get a pod of `set` and which pods go; `hash` is that of the present template. */
export function plan(set: DaemonSet, nodes: readonly Node[], pods: readonly Pod[], hash: string, now: number): Plan {
  const spec = set.spec.template.spec ?? { containers: [] };
  const byNode = Map.groupBy(pods, (pod) => nodeOf(pod) ?? "");
  const create: string[] = [];
  const unwanted: Pod[] = [];
  const keepers = new Map<string, Pod>();
  let [desired, current, misscheduled] = [0, 0, 0];

  for (const node of nodes) {
    const { name } = node.metadata;
    const here = byNode.get(name) ?? [];
    byNode.delete(name);
    const { run, stay } = fitOf(node, spec);
    if (run) desired++;
    if (here.length > 0) run ? current++ : misscheduled++;
    const finished = here.filter((pod) => isFinished(pod) && !pod.metadata.deletionTimestamp);
    const live = here.filter((pod) => !isFinished(pod) && !pod.metadata.deletionTimestamp).toSorted(oldestFirst);
    const [keeper, ...twins] = live;
    if (!stay) unwanted.push(...live, ...finished);
    else unwanted.push(...twins, ...finished);
    if (keeper && stay) keepers.set(name, keeper);
    // A pod on its way out is waited for: two of them could fight for a port.
    if (run && here.length === 0) create.push(name);
  }
  for (const gone of byNode.values()) unwanted.push(...gone.filter((pod) => !pod.metadata.deletionTimestamp));

  const min = set.spec.minReadySeconds ?? 0;
  const kept = [...keepers.values()];
  const available = kept.filter((pod) => isAvailable(pod, min, now));
  const outdated = kept.filter((pod) => pod.metadata.labels?.[REVISION_HASH] !== hash);
  const update = create.length > 0 ? [] : updates(set, outdated, available, desired);
  return {
    create,
    delete: [...unwanted, ...update],
    status: {
      currentNumberScheduled: current,
      numberMisscheduled: misscheduled,
      desiredNumberScheduled: desired,
      numberReady: kept.filter(isReady).length,
      observedGeneration: set.metadata.generation,
      updatedNumberScheduled: kept.length - outdated.length,
      numberAvailable: available.length,
      numberUnavailable: Math.max(0, desired - available.length),
      ...(set.status?.collisionCount === undefined ? {} : { collisionCount: set.status.collisionCount }),
    },
  };
}

/** The pods of an old template that may go now: those that serve nobody, and others as far as `maxUnavailable` allows. */
function updates(set: DaemonSet, outdated: readonly Pod[], available: readonly Pod[], desired: number): Pod[] {
  if (set.spec.updateStrategy?.type === "OnDelete") return [];
  const allowed = Math.max(
    1,
    absolute(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, desired, Math.ceil),
  );
  const broken = outdated.filter((pod) => !available.includes(pod));
  const serving = outdated.filter((pod) => available.includes(pod));
  return [...broken, ...serving.slice(0, Math.max(0, allowed - (desired - available.length)))];
}

function oldestFirst(a: Pod, b: Pod): number {
  const scheduled = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  return scheduled || ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? -1 : 1);
}
