/** Which flow schema a request belongs to (flowcontrol.apiserver.k8s.io/v1, FlowSchema). */
import type { FlowSchema, NonResourcePolicyRule, ResourcePolicyRule, Subject } from "@skiff/api/flowcontrol/v1";
import type { Attributes } from "../authorization/authorizer.ts";
import type { User } from "../call.ts";

/** Whether one of the schema's rules is about such a request of such a user. */
export function schemaMatches({ spec }: Pick<FlowSchema, "spec">, user: User, a: Attributes): boolean {
  return (spec.rules ?? []).some(
    ({ subjects, resourceRules = [], nonResourceRules = [] }) =>
      subjects.some((subject) => isSubject(subject, user)) &&
      (a.isResource
        ? resourceRules.some((rule) => resourceMatches(rule, a))
        : nonResourceRules.some((rule) => pathMatches(rule, a))),
  );
}

/** Lower precedence first; of equal ones, by name. */
export function byPrecedence(a: FlowSchema, b: FlowSchema): number {
  const [first, second] = [a.spec.matchingPrecedence ?? 1000, b.spec.matchingPrecedence ?? 1000];
  return first - second || (a.metadata.name < b.metadata.name ? -1 : 1);
}

function isSubject({ kind, user, group, serviceAccount }: Subject, who: User): boolean {
  switch (kind) {
    case "User":
      return user?.name === "*" || user?.name === who.name;
    case "Group":
      return group?.name === "*" || who.groups.includes(group?.name ?? "");
    case "ServiceAccount": {
      const prefix = `system:serviceaccount:${serviceAccount?.namespace}:`;
      if (!who.name.startsWith(prefix)) return false;
      return serviceAccount?.name === "*" || who.name === `${prefix}${serviceAccount?.name}`;
    }
    default:
      return false;
  }
}

function resourceMatches(
  { verbs, apiGroups, resources, clusterScope, namespaces }: ResourcePolicyRule,
  a: Attributes,
): boolean {
  const full = a.subresource === "" ? a.plural : `${a.plural}/${a.subresource}`;
  if (!has(verbs, a.verb) || !has(apiGroups, a.group) || !has(resources, full)) return false;
  return a.namespace === "" ? clusterScope === true : has(namespaces ?? [], a.namespace);
}

function pathMatches({ verbs, nonResourceURLs }: NonResourcePolicyRule, { verb, path }: Attributes): boolean {
  if (!has(verbs, verb)) return false;
  return nonResourceURLs.some(
    (url) => url === "*" || url === path || (url.endsWith("/*") && path.startsWith(url.slice(0, -1))),
  );
}

function has(list: readonly string[], value: string): boolean {
  return list.includes("*") || list.includes(value);
}
