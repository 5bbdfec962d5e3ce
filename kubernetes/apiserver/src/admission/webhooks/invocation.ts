/** Whether a webhook is to be called for a request, and about which version of the object. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import type { MatchCondition } from "@skiff/api/admissionregistration/v1";
import type { Caches } from "../../state/caches.ts";
import type { ServedResources } from "../../state/served-resources.ts";
import type { AdmissionRequest } from "../admission.ts";
import { equivalentResources } from "./equivalent-resources.ts";
import type { RegisteredWebhook, Webhook } from "./registrations.ts";
import { ruleMatches } from "./rule-match.ts";
import { namespaceSelected, objectSelected } from "./selector-match.ts";

/** A call to make. `info` is the request's resource, or the equivalent one the webhook's rules name. */
export interface Invocation<W extends Webhook = Webhook> {
  readonly registered: RegisteredWebhook<W>;
  readonly info: ResourceInfo;
}

/** Decides whether the conditions of a webhook hold. Throws StatusError when that cannot be told and the policy is to fail. */
export type Conditions = (
  conditions: readonly MatchCondition[],
  failurePolicy: string | undefined,
  request: AdmissionRequest,
  info: ResourceInfo,
) => Promise<boolean> | boolean;

/** What the decision reads. */
export interface InvocationDeps {
  readonly caches: Pick<Caches, "of">;
  readonly served: Pick<ServedResources, "all">;
  readonly conditions: Conditions;
}

/** The call to make of a webhook, or undefined when its selectors, rules or conditions leave the request out. Throws StatusError. */
export async function invocationOf<W extends Webhook>(
  registered: RegisteredWebhook<W>,
  request: AdmissionRequest,
  { caches, served, conditions }: InvocationDeps,
): Promise<Invocation<W> | undefined> {
  const { webhook } = registered;
  if (!objectSelected(webhook.objectSelector, request)) return undefined;
  const info = matchedResource(webhook, request, served);
  // An unknown namespace fails the request only where the rules concern it.
  if (!info || !namespaceSelected(webhook.namespaceSelector, request, caches)) return undefined;
  const { matchConditions = [], failurePolicy } = webhook;
  if (matchConditions.length > 0 && !(await conditions(matchConditions, failurePolicy, request, info)))
    return undefined;
  return { registered, info };
}

function matchedResource(
  { rules = [], matchPolicy }: Webhook,
  request: AdmissionRequest,
  served: Pick<ServedResources, "all">,
): ResourceInfo | undefined {
  if (rules.some((rule) => ruleMatches(rule, request, request.info))) return request.info;
  if (matchPolicy === "Exact") return undefined;
  const equivalents = equivalentResources(request.info, request.subresource, served);
  if (equivalents.length === 0) return undefined;
  // The rule that comes first decides, whatever the order of the versions.
  for (const rule of rules) {
    const found = equivalents.find((info) => ruleMatches(rule, request, info));
    if (found) return found;
  }
  return undefined;
}

/** The kinds that decide about admission are not themselves subject to it: a broken registration can always be removed. */
export function isExempt({ info }: AdmissionRequest): boolean {
  return info.group === "admissionregistration.k8s.io";
}

/** Throws the 504 of a request whose client no longer waits. */
export function checkStillWanted({ call }: AdmissionRequest): void {
  if (call.incoming.signal.aborted) throw StatusError.timeout("request did not complete within requested timeout");
}
