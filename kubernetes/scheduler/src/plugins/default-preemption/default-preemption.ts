import { histogram } from "../../fit-error.ts";
import type { Cycle, PostFilterPlugin } from "../../framework.ts";
import type { NodeInfo } from "../../node-info.ts";
import type { PodInfo } from "../../pod-info.ts";

export const NO_VICTIMS = "No preemption victims found for incoming pod";
export const NOT_HELPFUL = "Preemption is not helpful for scheduling";

interface Candidate {
  readonly node: string;
  readonly victims: readonly PodInfo[];
}

/**
 * DefaultPreemption: finds the node where removing Pods of lower priority makes room at the least cost: the least important
 * highest victim, then the smallest sum of priorities, then the fewest victims, then the one started last.
 */
export const defaultPreemption: PostFilterPlugin = {
  name: "DefaultPreemption",
  wakesOn: ["Pod/delete"],
  postFilter(pod, rejected, cycle) {
    const refusal = notEligible(pod, cycle);
    if (refusal) return { message: `preemption: ${refusal}` };
    const candidates: Candidate[] = [];
    const reasons: string[] = [];
    for (const node of cycle.snapshot.nodes) {
      if (rejected.get(node.name)?.curable === false) {
        reasons.push(NOT_HELPFUL);
        continue;
      }
      const victims = victimsOn(node, pod, cycle);
      if (victims) candidates.push({ node: node.name, victims });
      else reasons.push(NO_VICTIMS);
    }
    const cheapest = candidates.sort(byCost)[0];
    const count = `0/${cycle.snapshot.nodes.length} nodes are available:${histogram(reasons)}`;
    return cheapest ? { nominated: cheapest, message: "" } : { message: `preemption: ${count}` };
  },
};

function notEligible({ pod, priority }: PodInfo, { snapshot }: Cycle): string | undefined {
  if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = snapshot.node(pod.status?.nominatedNodeName ?? "");
  for (const other of nominated?.pods() ?? [])
    if (other.priority < priority && other.pod.metadata.deletionTimestamp)
      return "not eligible due to a terminating pod on the nominated node.";
  return undefined;
}

/** The Pods that have to leave `node`, or undefined when even all of lower priority leaving does not help. */
function victimsOn(node: NodeInfo, pod: PodInfo, cycle: Cycle): PodInfo[] | undefined {
  const lower = [...node.pods()].filter((other) => other.priority < pod.priority);
  if (lower.length === 0) return undefined;
  const trial = node.with();
  for (const other of lower) trial.remove(other.key);
  if (!cycle.fitsOn(trial)) return undefined;
  const victims: PodInfo[] = [];
  for (const other of lower.sort(byImportance)) {
    trial.add(other);
    if (cycle.fitsOn(trial)) continue;
    trial.remove(other.key);
    victims.push(other);
  }
  return victims.length > 0 ? victims : undefined;
}

function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startOf(a).localeCompare(startOf(b));
}

function byCost(a: Candidate, b: Candidate): number {
  const highest = ({ victims }: Candidate) => Math.max(...victims.map((victim) => victim.priority));
  // Shifted so that more victims of negative priority do not look cheaper.
  const sum = ({ victims }: Candidate) => victims.reduce((total, victim) => total + victim.priority + 2 ** 31, 0);
  const started = ({ victims }: Candidate) => victims.map(startOf).sort()[0] ?? "";
  return (
    highest(a) - highest(b) ||
    sum(a) - sum(b) ||
    a.victims.length - b.victims.length ||
    started(b).localeCompare(started(a))
  );
}

function startOf({ pod }: PodInfo): string {
  return pod.status?.startTime ?? pod.metadata.creationTimestamp ?? "";
}
