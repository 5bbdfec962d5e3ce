/** Roles and bindings every cluster has, brought up to date without taking away what users added to them. */
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Subject } from "@skiff/api/rbac/v1";
import { compactRules, uncovered } from "../authorization/rbac/covers.ts";
import type { BootstrapObject } from "../generated/bootstrap-policy.ts";

const AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

/**
 * What a merge patch of `present` has to say for it to give what `wanted` gives; undefined when it does already, or when its owner
 * has said that it is to be left alone. `replace` where no patch can: a binding to another role.
 */
export function policyChange(
  present: object,
  wanted: BootstrapObject,
): { patch: object } | { replace: true } | undefined {
  const have = present as Partial<ClusterRole & ClusterRoleBinding>;
  const want = wanted as unknown as Partial<ClusterRole & ClusterRoleBinding>;
  if (have.metadata?.annotations?.[AUTO_UPDATE] === "false") return undefined;
  if (want.roleRef && JSON.stringify(sorted(want.roleRef)) !== JSON.stringify(sorted(have.roleRef ?? {})))
    return { replace: true };
  const patch = {
    ...metadataChange(have, want),
    ...rulesChange(have, want),
    ...subjectsChange(have.subjects ?? [], want.subjects ?? []),
  };
  return Object.keys(patch).length === 0 ? undefined : { patch };
}

function metadataChange(have: Partial<ClusterRole>, want: Partial<ClusterRole>): object {
  const missing = (kind: "labels" | "annotations") =>
    Object.entries(want.metadata?.[kind] ?? {}).filter(([key]) => have.metadata?.[kind]?.[key] === undefined);
  const [labels, annotations] = [missing("labels"), missing("annotations")];
  if (labels.length === 0 && annotations.length === 0) return {};
  return { metadata: { labels: Object.fromEntries(labels), annotations: Object.fromEntries(annotations) } };
}

// The rules of a role that gathers others' are written by whoever gathers.
function rulesChange(have: Partial<ClusterRole>, want: Partial<ClusterRole>): object {
  if (want.aggregationRule) {
    const present = have.aggregationRule?.clusterRoleSelectors ?? [];
    const known = new Set(present.map((selector) => JSON.stringify(selector)));
    const missing = (want.aggregationRule.clusterRoleSelectors ?? []).filter((one) => !known.has(JSON.stringify(one)));
    return missing.length === 0 ? {} : { aggregationRule: { clusterRoleSelectors: [...present, ...missing] } };
  }
  const rules: readonly PolicyRule[] = have.rules ?? [];
  const missing = uncovered(rules, want.rules ?? []);
  return missing.length === 0 ? {} : { rules: [...rules, ...compactRules(missing)] };
}

function subjectsChange(have: readonly Subject[], want: readonly Subject[]): object {
  const known = new Set(have.map(subjectKey));
  const missing = want.filter((subject) => !known.has(subjectKey(subject)));
  return missing.length === 0 ? {} : { subjects: [...have, ...missing] };
}

function subjectKey({ kind, name, namespace = "" }: Subject): string {
  return `${kind} ${namespace}/${name}`;
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
