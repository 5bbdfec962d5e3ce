/** Keeps the rules of ClusterRoles with an `aggregationRule` equal to those of the roles it selects. Writes those rules; owns nothing. */
import { fromLabelSelector, matches } from "@skiff/api";
import type { ClusterRole, PolicyRule } from "@skiff/api/rbac/v1";
import { clusterRoles } from "@skiff/api/resources";
import { mapped, type Reconciler } from "@skiff/client";
import { canonicalJson, sameValue } from "../canonical-json.ts";
import type { ControllerDeps } from "../controller.ts";

export function clusterRoleAggregationController({ client, informers }: ControllerDeps): Reconciler {
  const informer = informers.for(clusterRoles);
  const aggregated = () => informer.cache.list().filter(({ aggregationRule }) => aggregationRule !== undefined);
  return {
    name: "clusterrole-aggregation",
    // Whatever changes may be, or may have been, part of any that gather.
    watches: [mapped(informer, () => aggregated().map(({ metadata }) => metadata.name))],
    async reconcile(key, signal) {
      const role = informer.cache.get(key);
      if (!role?.aggregationRule || role.metadata.deletionTimestamp) return;
      const rules = rulesOf(role, informer.cache.list());
      if (sameValue(role.rules ?? [], rules)) return;
      await client.update(clusterRoles, { ...role, rules }, { signal });
    },
  };
}

/** The rules of the roles that `role` selects, each once, in the order of the roles' names. */
export function rulesOf(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map(fromLabelSelector);
  const rules = new Map<string, PolicyRule>();
  for (const selector of selectors) {
    const chosen = all
      .filter(({ metadata }) => metadata.name !== role.metadata.name && matches(selector, metadata.labels))
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const { rules: given } of chosen) for (const rule of given ?? []) rules.set(canonicalJson(rule), rule);
  }
  return [...rules.values()];
}
