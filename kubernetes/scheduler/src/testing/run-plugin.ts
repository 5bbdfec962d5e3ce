import type { Pod } from "@skiff/api/core/v1";
import type { FilterPlugin, ScorePlugin, Snapshot } from "../framework.ts";
import { podInfo } from "../pod-info.ts";

/** What the plugin says of each node: `fits`, or its reasons, with `!` in front when preemption can't help. */
export function filtered(plugin: FilterPlugin, pod: Pod, snapshot: Snapshot): Record<string, string> {
  const prepared = plugin.preFilter(podInfo(pod), snapshot);
  return Object.fromEntries(
    snapshot.nodes.map((node) => {
      const verdict = !prepared ? { fit: true as const } : "fit" in prepared ? prepared : prepared.filter(node);
      return [node.name, verdict.fit ? "fits" : `${verdict.curable ? "" : "!"}${verdict.reasons.join(", ")}`];
    }),
  );
}

/** The normalized score of each node; nothing when the plugin has no preference. */
export function scored(plugin: ScorePlugin, pod: Pod, snapshot: Snapshot): Record<string, number> {
  const scorer = plugin.preScore(podInfo(pod), snapshot.nodes, snapshot);
  if (!scorer) return {};
  const raw = snapshot.nodes.map((node) => scorer.score(node));
  const scores = scorer.normalize?.(raw) ?? raw;
  return Object.fromEntries(snapshot.nodes.map((node, index) => [node.name, scores[index] ?? Number.NaN]));
}
