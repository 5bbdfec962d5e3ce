/** PodDisruptionBudget. */
import type { PodDisruptionBudget } from "@skiff/api/policy/v1";
import { checkCounts } from "../apps/workload.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { checkAtMostAll, checkNumberOrPercent } from "../meta/numbers.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { specAndStatus } from "../strategy.ts";

function validate({ spec }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    errors.push(invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const field of ["minAvailable", "maxUnavailable"] as const) {
    if (spec[field] === undefined) continue;
    checkNumberOrPercent(spec[field], `spec.${field}`, errors);
    checkAtMostAll(spec[field], `spec.${field}`, errors);
  }
  checkLabelSelector(spec.selector, "spec.selector", errors);
  const policies = ["AlwaysAllow", "IfHealthyBudget"];
  checkOptionalOneOf(spec.unhealthyPodEvictionPolicy, policies, "spec.unhealthyPodEvictionPolicy", errors);
  return errors;
}

export const podDisruptionBudgetRules: KindRules<PodDisruptionBudget> = {
  ...specAndStatus<PodDisruptionBudget>(() => ({
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  })),
  validate,
  validateUpdate: validate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    checkCounts(status, ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"], errors);
    return errors;
  },
  allowUnconditionalUpdate: false,
};
