import type { Container, Pod } from "../generated/types/core/v1.ts";
import { Quantity } from "../quantity.ts";
import { type Amounts, podAmounts } from "./amounts.ts";

const ONE = Quantity.of(1);
const BASIC = ["cpu", "memory", "ephemeral-storage"];
const FIXED = new Set([
  "pods",
  ...BASIC,
  ...BASIC.map((name) => `requests.${name}`),
  ...BASIC.map((name) => `limits.${name}`),
]);
/** Limits that every container has to state its share of. */
const STATED = new Set(["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]);

/** Whether a quota's limit of this name is about what Pods take. */
export function isPodResource(name: string): boolean {
  if (FIXED.has(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-")) return true;
  // Of devices and the like only requests can be limited; they cannot be asked for in excess of them.
  return name.startsWith("requests.") && isExtended(name.slice("requests.".length));
}

function isExtended(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/");
}

/** What the Pod takes; one that has ended, or should have by now, takes nothing but its place in the store. */
export function podUsage(pod: Pod, now: number): Amounts {
  const usage: Amounts = new Map();
  if (hasEnded(pod, now)) return usage;
  usage.set("pods", ONE);
  for (const [name, quantity] of podAmounts(pod.spec, "requests", "with overhead")) {
    if (BASIC.includes(name) || name.startsWith("hugepages-"))
      usage.set(name, quantity).set(`requests.${name}`, quantity);
    else if (isExtended(name)) usage.set(`requests.${name}`, quantity);
  }
  for (const [name, quantity] of podAmounts(pod.spec, "limits", "with overhead")) {
    if (BASIC.includes(name)) usage.set(`limits.${name}`, quantity);
  }
  return usage;
}

function hasEnded({ status, metadata }: Pod, now: number): boolean {
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** Which of the limits some containers say nothing about: `must specify limits.cpu for: a,b; …`. */
export function missingPodResources(limits: readonly string[], { spec }: Pod): string | undefined {
  const required = limits.filter((name) => STATED.has(name)).sort();
  if (required.length === 0) return undefined;
  const ofPod = statedBy(spec);
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const missing = required.flatMap((name) => {
    if (ofPod.has(name)) return [];
    const without = containers.filter((container) => !statedBy(container).has(name)).map((container) => container.name);
    return without.length > 0 ? [`${name} for: ${[...new Set(without)].sort().join(",")}`] : [];
  });
  return missing.length > 0 ? `must specify ${missing.join("; ")}` : undefined;
}

function statedBy({ resources }: Pick<Container, "resources">): Set<string> {
  const names = new Set<string>();
  for (const name of Object.keys(resources?.requests ?? {})) names.add(name).add(`requests.${name}`);
  for (const name of Object.keys(resources?.limits ?? {})) names.add(`limits.${name}`);
  return names;
}
