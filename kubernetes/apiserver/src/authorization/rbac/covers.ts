/** Whether some rules together give everything another gives. */
import type { PolicyRule } from "../authorizer.ts";

/** The parts of `wanted` that no rule of `owned` gives; each part is about one verb of one resource, name or path. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(simpleRules).filter((part) => !owned.some((rule) => gives(rule, part)));
}

/** A rule as the rules that each say one thing. */
function simpleRules(rule: PolicyRule): PolicyRule[] {
  const simple: PolicyRule[] = [];
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const one = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) simple.push(one);
        for (const name of resourceNames) simple.push({ ...one, resourceNames: [name] });
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) simple.push({ nonResourceURLs: [url], verbs: [verb] });
  return simple;
}

function gives(owner: PolicyRule, part: PolicyRule): boolean {
  if (!within(owner.verbs, part.verbs)) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) {
    return (owner.nonResourceURLs ?? []).some(
      (own) => own === "*" || own === url || (own.endsWith("*") && url.startsWith(own.replace(/\*+$/, ""))),
    );
  }
  if (!within(owner.apiGroups, part.apiGroups)) return false;
  const names = owner.resourceNames ?? [];
  if (names.length > 0 && !(part.resourceNames?.length && part.resourceNames.every((name) => names.includes(name)))) {
    return false;
  }
  const [resource = ""] = part.resources ?? [];
  const subresource = resource.includes("/") ? resource.slice(resource.indexOf("/") + 1) : undefined;
  return (owner.resources ?? []).some(
    (own) => own === "*" || own === resource || (subresource !== undefined && own === `*/${subresource}`),
  );
}

function within(owned: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return owned.includes("*") || wanted.every((one) => owned.includes(one));
}

/** A rule in one line, as refusals show it. */
export function compactRule(rule: PolicyRule): string {
  const fields: [string, readonly string[] | undefined][] = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ];
  const shown = fields.filter(([, values]) => values?.length);
  return `{${shown.map(([name, values]) => `${name}:[${(values ?? []).map((v) => JSON.stringify(v)).join(" ")}]`).join(", ")}}`;
}

/** Simple rules of one resource put together again: one line for all its verbs. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const merged = new Map<string, { rule: PolicyRule; verbs: Set<string> }>();
  for (const rule of rules) {
    const { verbs = [], ...rest } = rule;
    // Rules about paths are shown as they are.
    const key = rest.nonResourceURLs
      ? JSON.stringify(rule)
      : JSON.stringify([rest.apiGroups, rest.resources, rest.resourceNames, rest.nonResourceURLs]);
    const known = merged.get(key) ?? { rule: rest, verbs: new Set() };
    merged.set(key, known);
    for (const verb of verbs) known.verbs.add(verb);
  }
  return [...merged.values()].map(({ rule, verbs }) => ({ ...rule, verbs: [...verbs] }));
}
