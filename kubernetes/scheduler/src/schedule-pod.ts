import type { FitFailure } from "./fit-error.ts";
import {
  fits,
  type NodeFilter,
  neverFits,
  type Profile,
  type Rejection,
  type Snapshot,
  type Verdict,
} from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

/** What scheduling reads beside the snapshot. */
export interface SchedulingContext {
  readonly snapshot: Snapshot;
  readonly profile: Pick<Profile, "filter" | "score">;
  /** Pods that were promised room on a node by preemption and are not there yet. */
  nominatedTo(nodeName: string): readonly PodInfo[];
  /** From 0 up to 1: breaks ties between nodes. */
  random(): number;
}

export type Choice = { readonly node: NodeInfo } | { readonly failure: FitFailure };

/**
 * Chooses the node for `pod`: filters all nodes, scores those that fit, takes the best, any of them when there are several.
 * Pure but for `random`. Every node is looked at: sampling them matters beyond some hundred nodes.
 */
export function schedulePod(pod: PodInfo, context: SchedulingContext): Choice {
  const { snapshot, profile } = context;
  const prepared = prepareFilters(pod, snapshot, profile);
  const rejectedBy = new Set<string>();
  const rejected = new Map<string, Rejection>();
  if ("no" in prepared) {
    for (const node of snapshot.nodes) rejected.set(node.name, prepared.no);
    const aboutAll = prepared.no.reasons.join(", ");
    return { failure: { nodeCount: snapshot.nodes.length, rejected, rejectedBy: new Set([prepared.by]), aboutAll } };
  }
  const feasible: NodeInfo[] = [];
  for (const node of snapshot.nodes) {
    const answer = filterNode(pod, node, prepared.filters, context);
    if (answer.verdict.fit) feasible.push(node);
    else {
      rejected.set(node.name, answer.verdict);
      rejectedBy.add(answer.by);
    }
  }
  const [first] = feasible;
  if (!first) return { failure: { nodeCount: snapshot.nodes.length, rejected, rejectedBy } };
  return { node: feasible.length === 1 ? first : best(pod, feasible, context) };
}

/** Whether `pod` would fit on `node` with the cluster otherwise as in the snapshot: `node` may be a changed copy. */
export function wouldFit(pod: PodInfo, node: NodeInfo, context: SchedulingContext): boolean {
  const snapshot: Snapshot = {
    nodes: context.snapshot.nodes.map((other) => (other.name === node.name ? node : other)),
    node: (name) => (name === node.name ? node : context.snapshot.node(name)),
    namespaceLabels: context.snapshot.namespaceLabels,
  };
  const prepared = prepareFilters(pod, snapshot, context.profile);
  if ("no" in prepared) return false;
  return filterNode(pod, node, prepared.filters, context).verdict.fit;
}

interface NamedFilter {
  readonly name: string;
  readonly filter: NodeFilter;
}

function prepareFilters(
  pod: PodInfo,
  snapshot: Snapshot,
  profile: Pick<Profile, "filter">,
): { readonly filters: readonly NamedFilter[] } | { readonly no: Rejection; readonly by: string } {
  const filters: NamedFilter[] = [];
  for (const plugin of profile.filter) {
    const filter = plugin.preFilter(pod, snapshot);
    if (!filter) continue;
    if ("fit" in filter) return { no: filter, by: plugin.name };
    filters.push({ name: plugin.name, filter });
  }
  return { filters };
}

function filterNode(
  pod: PodInfo,
  node: NodeInfo,
  filters: readonly NamedFilter[],
  context: Pick<SchedulingContext, "nominatedTo">,
): { readonly verdict: Verdict; readonly by: string } {
  const promised = context
    .nominatedTo(node.name)
    .filter((other) => other.priority >= pod.priority && other.key !== pod.key);
  if (promised.length > 0) {
    // It must fit beside those that were promised room, and without them too, since they may never come.
    const full = node.with();
    for (const other of promised) full.add(other);
    const answer = firstNo(full, filters);
    if (!answer.verdict.fit) return answer;
  }
  return firstNo(node, filters);
}

function firstNo(node: NodeInfo, filters: readonly NamedFilter[]): { readonly verdict: Verdict; readonly by: string } {
  for (const { name, filter } of filters) {
    if (filter.only && !filter.only.has(node.name))
      return { verdict: neverFits(`node(s) didn't satisfy plugin(s) [${name}]`), by: name };
    const verdict = filter.filter(node);
    if (!verdict.fit) return { verdict, by: name };
  }
  return { verdict: fits, by: "" };
}

function best(pod: PodInfo, nodes: readonly NodeInfo[], { snapshot, profile, random }: SchedulingContext): NodeInfo {
  const totals = nodes.map(() => 0);
  for (const { plugin, weight } of profile.score) {
    const scorer = plugin.preScore(pod, nodes, snapshot);
    if (!scorer) continue;
    const raw = nodes.map((node) => scorer.score(node));
    const scores = scorer.normalize?.(raw) ?? raw;
    for (const [index, score] of scores.entries()) totals[index] = (totals[index] ?? 0) + score * weight;
  }
  const highest = Math.max(...totals);
  const tied = nodes.filter((_, index) => totals[index] === highest);
  return tied[Math.floor(random() * tied.length)] ?? (nodes[0] as NodeInfo);
}
