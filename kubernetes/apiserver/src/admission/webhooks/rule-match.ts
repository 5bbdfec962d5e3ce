/** Whether the rules of a webhook or a policy name what a request is about. */
import type { ResourceInfo } from "@skiff/api";
import type { RuleWithOperations } from "@skiff/api/admissionregistration/v1";
import type { AdmissionRequest } from "../admission.ts";

/** Whether `rule` covers the request, were it one for `info`. */
export function ruleMatches(rule: RuleWithOperations, request: AdmissionRequest, info: ResourceInfo): boolean {
  return (
    has(rule.operations, request.operation) &&
    has(rule.apiGroups, info.group) &&
    has(rule.apiVersions, info.version) &&
    resourceMatches(rule.resources ?? [], info.plural, request.subresource) &&
    scopeMatches(rule.scope, info)
  );
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((entry) => entry === "*" || entry === value) ?? false;
}

/** `pods`, `pods/status`, `pods/*`, `*`+`/status`; `*` is every resource and no subresource. */
function resourceMatches(list: readonly string[], plural: string, subresource: string): boolean {
  return list.some((entry) => {
    const [resource = "", sub = ""] = entry.split("/", 2);
    return (resource === "*" || resource === plural) && (sub === "*" || sub === subresource);
  });
}

function scopeMatches(scope: string | undefined, info: ResourceInfo): boolean {
  if (scope === "Namespaced") return info.namespaced;
  return scope !== "Cluster" || !info.namespaced;
}
