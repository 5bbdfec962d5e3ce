/** Whether a policy, or a binding, is about a request. */
import type { ResourceInfo } from "@skiff/api";
import type { MatchResources, NamedRuleWithOperations } from "@skiff/api/admissionregistration/v1";
import type { Caches } from "../../state/caches.ts";
import type { ServedResources } from "../../state/served-resources.ts";
import type { AdmissionRequest } from "../admission.ts";
import { equivalentResources } from "../webhooks/equivalent-resources.ts";
import { ruleMatches } from "../webhooks/rule-match.ts";
import { namespaceSelected, objectSelected } from "../webhooks/selector-match.ts";

/** What the decision reads. */
export interface MatchDeps {
  readonly caches: Pick<Caches, "of">;
  readonly served: Pick<ServedResources, "all">;
}

/**
 * The resource, in the version the rules name, as which the request is matched; undefined where it is not. Throws
 * StatusError 404 when the labels of a namespace matter that is not there.
 */
export function matchedResource(
  match: MatchResources,
  request: AdmissionRequest,
  { caches, served }: MatchDeps,
): ResourceInfo | undefined {
  if (!objectSelected(match.objectSelector, request)) return undefined;
  const find = (rules: readonly NamedRuleWithOperations[]) => findByRules(rules, match, request, served);
  if (match.excludeResourceRules && find(match.excludeResourceRules)) return undefined;
  const rules = match.resourceRules ?? [];
  const info = rules.length === 0 ? request.info : find(rules);
  return info && namespaceSelected(match.namespaceSelector, request, caches) ? info : undefined;
}

function findByRules(
  rules: readonly NamedRuleWithOperations[],
  { matchPolicy }: MatchResources,
  request: AdmissionRequest,
  served: Pick<ServedResources, "all">,
): ResourceInfo | undefined {
  const covers = (rule: NamedRuleWithOperations, info: ResourceInfo) =>
    ruleMatches(rule, request, info) &&
    (!rule.resourceNames?.length ||
      rule.resourceNames.includes(request.name || (request.object?.metadata?.name ?? "")));
  if (rules.some((rule) => covers(rule, request.info))) return request.info;
  if (matchPolicy === "Exact") return undefined;
  const equivalents = equivalentResources(request.info, request.subresource, served);
  for (const rule of rules) {
    const found = equivalents.find((info) => covers(rule, info));
    if (found) return found;
  }
  return undefined;
}

/** Reviews are questions and not writes, and the kinds that decide about admission are not themselves subject to it. */
export function isExempt({ info }: AdmissionRequest): boolean {
  if (info.group === "admissionregistration.k8s.io") return true;
  return (
    (info.group === "authentication.k8s.io" || info.group === "authorization.k8s.io") && !info.verbs.includes("get")
  );
}
