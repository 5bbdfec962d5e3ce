/** Where a Pod wants to run: affinity to nodes and to other Pods, tolerations, and spreading. */
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  Toleration,
  TopologySpreadConstraint,
} from "@skiff/api/core/v1";
import type { LabelSelector } from "@skiff/api/meta/v1";
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import { checkLabelSelector, checkSetOperator } from "../meta/label-selector.ts";

/** Checks `spec.affinity`. */
export function checkAffinity(affinity: Affinity | undefined, path: string, errors: FieldError[]): void {
  if (affinity === undefined) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) {
    const field = `${path}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
    checkNodeSelector(nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution, field, errors);
  }
  nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
    const field = `${path}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    checkWeight(term.weight, `${field}.weight`, errors);
    checkNodeTerm(term.preference ?? {}, false, `${field}.preference`, errors);
  });
  for (const [kind, pods] of Object.entries({ podAffinity, podAntiAffinity })) {
    pods?.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
      const field = `${path}.${kind}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`;
      checkPodTerm(term, field, errors);
    });
    pods?.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
      const field = `${path}.${kind}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
      checkWeight(term.weight, `${field}.weight`, errors);
      checkPodTerm(term.podAffinityTerm, `${field}.podAffinityTerm`, errors);
    });
  }
}

function checkWeight(weight: number | undefined, field: string, errors: FieldError[]): void {
  const value = weight ?? 0;
  if (value < 1 || value > 100) errors.push(invalid(field, value, "must be in the range 1-100"));
}

/** Checks a choice of nodes, as Pods and PersistentVolumes make it. */
export function checkNodeSelector(selector: NodeSelector, field: string, errors: FieldError[]): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    errors.push(required(`${field}.nodeSelectorTerms`, "must have at least one node selector term"));
  }
  terms.forEach((term, index) => {
    checkNodeTerm(term, true, `${field}.nodeSelectorTerms[${index}]`, errors);
  });
}

/** A preference may hold label values that no node can have: it only never matches. */
function checkNodeTerm(term: NodeSelectorTerm, checkValues: boolean, field: string, errors: FieldError[]): void {
  term.matchExpressions?.forEach((requirement, index) => {
    checkNodeRequirement(requirement, checkValues, `${field}.matchExpressions[${index}]`, errors);
  });
  term.matchFields?.forEach((requirement, index) => {
    checkNodeFieldRequirement(requirement, `${field}.matchFields[${index}]`, errors);
  });
}

function checkNodeRequirement(
  requirement: NodeSelectorRequirement,
  checkValues: boolean,
  field: string,
  errors: FieldError[],
): void {
  const { operator, values = [] } = requirement;
  if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) {
      errors.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    }
  } else if (!checkSetOperator(operator ?? "", values, field, errors)) {
    errors.push(invalid(`${field}.operator`, operator ?? "", "not a valid selector operator"));
  }
  checkKey(requirement.key, `${field}.key`, errors);
  if (!checkValues) return;
  values.forEach((value, index) => {
    for (const reason of isLabelValue(value)) errors.push(invalid(`${field}.values[${index}]`, value, reason));
  });
}

function checkNodeFieldRequirement(requirement: NodeSelectorRequirement, field: string, errors: FieldError[]): void {
  const values = requirement.values ?? [];
  if (requirement.operator !== "In" && requirement.operator !== "NotIn") {
    errors.push(invalid(`${field}.operator`, requirement.operator ?? "", "not a valid selector operator"));
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, why));
  }
  if (requirement.key !== "metadata.name") {
    errors.push(invalid(`${field}.key`, requirement.key ?? "", "not a valid field selector key"));
    return;
  }
  values.forEach((value, index) => {
    for (const reason of isDns1123Subdomain(value)) errors.push(invalid(`${field}.values[${index}]`, value, reason));
  });
}

function checkKey(key: string | undefined, field: string, errors: FieldError[]): void {
  for (const reason of isQualifiedName(key ?? "")) errors.push(invalid(field, key ?? "", reason));
}

function checkPodTerm(term: PodAffinityTerm | undefined, field: string, errors: FieldError[]): void {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = "" } = term ?? {};
  checkLabelSelector(labelSelector, `${field}.labelSelector`, errors);
  checkLabelSelector(namespaceSelector, `${field}.namespaceSelector`, errors);
  for (const name of namespaces) {
    for (const reason of isDns1123Label(name)) errors.push(invalid(`${field}.namespace`, name, reason));
  }
  checkMatchLabelKeys(term?.matchLabelKeys, labelSelector, `${field}.matchLabelKeys`, errors);
  checkMatchLabelKeys(term?.mismatchLabelKeys, labelSelector, `${field}.mismatchLabelKeys`, errors);
  if (topologyKey === "") errors.push(required(`${field}.topologyKey`, "can not be empty"));
  checkKey(topologyKey, `${field}.topologyKey`, errors);
}

function checkMatchLabelKeys(
  keys: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (keys === undefined || keys.length === 0) return;
  if (selector === undefined) errors.push(forbidden(field, "must not be specified when labelSelector is not set"));
  keys.forEach((key, index) => {
    checkKey(key, `${field}[${index}]`, errors);
  });
}

/** Checks `spec.tolerations`. */
export function checkTolerations(
  tolerations: readonly Toleration[] | undefined,
  list: string,
  errors: FieldError[],
): void {
  tolerations?.forEach((toleration, index) => {
    const path = `${list}[${index}]`;
    const { key = "", operator = "", value = "", effect = "" } = toleration;
    if (key !== "") checkKey(key, `${path}.key`, errors);
    else if (operator !== "Exists") {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${path}.operator`, operator, why));
    }
    if (toleration.tolerationSeconds !== undefined && effect !== "NoExecute") {
      errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    checkTolerationOperator(operator, value, path, errors);
    if (effect !== "") checkTaintEffect(effect, `${path}.effect`, errors);
  });
}

function checkTolerationOperator(operator: string, value: string, path: string, errors: FieldError[]): void {
  if (operator === "Equal" || operator === "") {
    const reasons = isLabelValue(value);
    if (reasons.length > 0) errors.push(invalid(`${path}.operator`, value, reasons.join(";")));
  } else if (operator === "Exists") {
    if (value === "") return;
    errors.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else errors.push(notSupported(`${path}.operator`, operator, ["Equal", "Exists"]));
}

/** Refuses an effect that no taint can have. */
export function checkTaintEffect(effect: string, field: string, errors: FieldError[]): void {
  const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
  if (!effects.includes(effect)) errors.push(notSupported(field, effect, effects));
}

/** Checks `spec.topologySpreadConstraints`. */
export function checkTopologySpread(spec: PodSpec, list: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  spec.topologySpreadConstraints?.forEach((constraint, index) => {
    const path = `${list}[${index}]`;
    const { maxSkew = 0, topologyKey = "", whenUnsatisfiable = "" } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${path}.maxSkew`, maxSkew, "must be greater than zero"));
    if (topologyKey === "") errors.push(required(`${path}.topologyKey`, "can not be empty"));
    else checkKey(topologyKey, `${path}.topologyKey`, errors);
    if (whenUnsatisfiable !== "DoNotSchedule" && whenUnsatisfiable !== "ScheduleAnyway") {
      errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"]));
    }
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair));
    seen.add(pair);
    checkSpreadOptions(constraint, path, errors);
  });
}

function checkSpreadOptions(constraint: TopologySpreadConstraint, path: string, errors: FieldError[]): void {
  const { minDomains, whenUnsatisfiable } = constraint;
  if (minDomains !== undefined) {
    if (minDomains <= 0) errors.push(invalid(`${path}.minDomains`, minDomains, "must be greater than zero"));
    if (whenUnsatisfiable !== "DoNotSchedule") {
      const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(`${path}.minDomains`, minDomains, why));
    }
  }
  for (const field of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
    const policy = constraint[field];
    if (policy !== undefined && policy !== "Honor" && policy !== "Ignore") {
      errors.push(notSupported(`${path}.${field}`, policy, ["Honor", "Ignore"]));
    }
  }
  checkMatchLabelKeys(constraint.matchLabelKeys, constraint.labelSelector, `${path}.matchLabelKeys`, errors);
  checkLabelSelector(constraint.labelSelector, `${path}.labelSelector`, errors);
}
