/** ResourceQuota. */
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from "@skiff/api/core/v1";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { keep } from "../strategy.ts";
import { checkQuotaResourceName } from "./resource-names.ts";
import { checkQuantity } from "./resource-requirements.ts";

type Amounts = Readonly<Record<string, string>> | undefined;

const podScopes = ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "CrossNamespacePodAffinity"];
const scopes = [...podScopes, "PriorityClass", "VolumeAttributesClass"];
const opposites = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;

const podCompute: ReadonlySet<string> = new Set([
  "cpu",
  "memory",
  "limits.cpu",
  "limits.memory",
  "requests.cpu",
  "requests.memory",
]);

/** Pods without requests have nothing but their number to limit. */
function scopeFits(scope: string, resource: string): boolean {
  if (scope === "VolumeAttributesClass")
    return resource === "persistentvolumeclaims" || resource === "requests.storage";
  if (resource === "pods") return true;
  return scope !== "BestEffort" && podCompute.has(resource);
}

const known: ReadonlySet<string> = new Set([
  ...podCompute,
  "pods",
  "services",
  "secrets",
  "configmaps",
  "resourcequotas",
  "persistentvolumeclaims",
  "requests.storage",
  "replicationcontrollers",
  "services.nodeports",
  "services.loadbalancers",
]);

function checkAmounts(amounts: Amounts, path: string, errors: FieldError[]): void {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    checkQuotaResourceName(name, `${path}[${name}]`, errors);
    checkQuantity(name, amount, `${path}[${name}]`, errors);
  }
}

function checkScopes(spec: ResourceQuotaSpec, errors: FieldError[]): void {
  const given = spec.scopes ?? [];
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.push(invalid("spec.scopes", given, "unsupported scope"));
    for (const resource of Object.keys(spec.hard ?? {}).sort()) {
      if (!known.has(resource) || scopeFits(scope, resource)) continue;
      errors.push(invalid("spec.scopes", given, "unsupported scope applied to resource"));
    }
  }
  checkOpposites(given, given, errors);
}

function checkOpposites(given: readonly string[], shown: unknown, errors: FieldError[]): void {
  for (const [one, other] of opposites) {
    if (given.includes(one) && given.includes(other)) errors.push(invalid("spec.scopes", shown, "conflicting scopes"));
  }
}

function checkScopeSelector(spec: ResourceQuotaSpec, errors: FieldError[]): void {
  const requirements = spec.scopeSelector?.matchExpressions ?? [];
  const path = "spec.scopeSelector.matchExpressions";
  for (const requirement of requirements) {
    if (!scopes.includes(requirement.scopeName)) {
      errors.push(invalid(`${path}.scopeName`, requirement.scopeName, "unsupported scope"));
    }
    checkOperator(requirement, path, errors);
  }
  checkOpposites(
    requirements.map((requirement) => requirement.scopeName),
    spec.scopes ?? null,
    errors,
  );
}

function checkOperator(requirement: ScopedResourceSelectorRequirement, path: string, errors: FieldError[]): void {
  const { scopeName, operator, values = [] } = requirement;
  if (podScopes.includes(scopeName) && operator !== "Exists") {
    const why =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalid(`${path}.operator`, operator, why));
  }
  if (operator === "In" || operator === "NotIn") {
    if (values.length > 0) return;
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push(required(`${path}.values`, why));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length === 0) return;
    const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.push(invalid(`${path}.values`, values, why));
  } else errors.push(invalid(`${path}.operator`, operator, "not a valid selector operator"));
}

function validate({ spec = {} }: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  checkAmounts(spec.hard, "spec.hard", errors);
  checkScopes(spec, errors);
  checkScopeSelector(spec, errors);
  return errors;
}

export const resourceQuotaRules: KindRules<ResourceQuota> = {
  validate,
  validateUpdate(quota, old) {
    const errors = validate(quota);
    const before = new Set(old.spec?.scopes);
    const after = new Set(quota.spec?.scopes);
    if (before.symmetricDifference(after).size > 0) {
      errors.push(invalid("spec.scopes", quota.spec?.scopes ?? null, "field is immutable"));
    }
    return errors;
  },
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    checkAmounts(status?.hard, "status.hard", errors);
    checkAmounts(status?.used, "status.used", errors);
    return errors;
  },
  prepareForCreate(quota) {
    quota.status = {};
  },
  prepareForUpdate(quota, old) {
    keep<ResourceQuota>(quota, old, "status");
  },
  prepareForStatusUpdate(quota, old) {
    keep<ResourceQuota>(quota, old, "spec");
  },
};
