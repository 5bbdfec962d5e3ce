/** One rule of a role against one request (rbac.authorization.k8s.io/v1, PolicyRule). */
import type { Attributes, PolicyRule } from "../authorizer.ts";

/** Whether one rule covers what is asked for. */
export function ruleAllows(rule: PolicyRule, a: Attributes): boolean {
  if (!a.isResource) return has(rule.verbs, a.verb) && pathAllowed(rule, a.path);
  if (!resourceAllowed(rule, a)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(a.name);
}

/** As `ruleAllows` for resources, but for the names the rule may be limited to. */
export function resourceAllowed(rule: PolicyRule, a: Attributes): boolean {
  return has(rule.verbs, a.verb) && has(rule.apiGroups, a.group) && resourceMatches(rule.resources ?? [], a);
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(value) || list.includes("*"));
}

function resourceMatches(resources: readonly string[], { plural, subresource }: Attributes): boolean {
  const full = subresource === "" ? plural : `${plural}/${subresource}`;
  return resources.some((r) => r === "*" || r === full || (subresource !== "" && r === `*/${subresource}`));
}

function pathAllowed(rule: PolicyRule, path: string): boolean {
  return (rule.nonResourceURLs ?? []).some(
    (url) => url === path || url === "*" || (url.endsWith("*") && path.startsWith(url.replace(/\*+$/, ""))),
  );
}
