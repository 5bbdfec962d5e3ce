/** HorizontalPodAutoscaler, version 2. */
import type { HorizontalPodAutoscaler, HPAScalingRules } from "@skiff/api/autoscaling/v2";
import { type FieldError, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { checkNonNegative } from "../meta/numbers.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { keep } from "../strategy.ts";
import { checkMetric } from "./metric.ts";
import { checkReplicas, checkScaleTarget } from "./scale-target.ts";

function validate({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  checkReplicas(spec, errors);
  checkScaleTarget(spec.scaleTargetRef, errors);
  spec.metrics?.forEach((metric, index) => {
    checkMetric(metric, `spec.metrics[${index}]`, errors);
  });
  for (const direction of ["scaleUp", "scaleDown"] as const) {
    checkScalingRules(spec.behavior?.[direction], `spec.behavior.${direction}`, errors);
  }
  return errors;
}

/** One hour: longer than this the past says nothing. */
const LONGEST_WINDOW = 3600;
const LONGEST_PERIOD = 1800;

function checkScalingRules(rules: HPAScalingRules | undefined, field: string, errors: FieldError[]): void {
  if (rules === undefined) return;
  const window = rules.stabilizationWindowSeconds;
  if (window !== undefined && window < 0) {
    errors.push(invalid(`${field}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero"));
  }
  if (window !== undefined && window > LONGEST_WINDOW) {
    const why = `must be less than or equal to ${LONGEST_WINDOW}`;
    errors.push(invalid(`${field}.stabilizationWindowSeconds`, window, why));
  }
  if (rules.selectPolicy !== undefined) {
    checkOneOf(rules.selectPolicy, ["Disabled", "Max", "Min"], `${field}.selectPolicy`, errors);
  }
  const policies = rules.policies ?? [];
  if (policies.length === 0) errors.push(required(`${field}.policies`, "must specify at least one Policy"));
  policies.forEach(({ type, value, periodSeconds }, index) => {
    const path = `${field}.policies[${index}]`;
    if (type !== "Pods" && type !== "Percent") errors.push(notSupported(`${path}.type`, type, ["Pods", "Percent"]));
    if ((value ?? 0) <= 0) errors.push(invalid(`${path}.value`, value, "must be greater than zero"));
    if ((periodSeconds ?? 0) <= 0) {
      errors.push(invalid(`${path}.periodSeconds`, periodSeconds, "must be greater than zero"));
    }
    if ((periodSeconds ?? 0) > LONGEST_PERIOD) {
      errors.push(invalid(`${path}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD}`));
    }
  });
}

/** A behaviour that is given in part is completed: up at once, doubling or by four; down by any number. */
function defaultBehavior(spec: Mutable<HorizontalPodAutoscaler["spec"]>): void {
  const { behavior } = spec;
  if (behavior === undefined) return;
  behavior.scaleUp ??= {};
  behavior.scaleUp.selectPolicy ??= "Max";
  behavior.scaleUp.stabilizationWindowSeconds ??= 0;
  behavior.scaleUp.policies ??= [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ];
  behavior.scaleDown ??= {};
  behavior.scaleDown.selectPolicy ??= "Max";
  behavior.scaleDown.policies ??= [{ type: "Percent", value: 100, periodSeconds: 15 }];
}

export const horizontalPodAutoscalerRules: KindRules<HorizontalPodAutoscaler> = {
  defaults({ spec }) {
    spec.minReplicas ??= 1;
    if ((spec.metrics ?? []).length === 0) {
      const target = { type: "Utilization", averageUtilization: 80 };
      spec.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
    }
    defaultBehavior(spec);
  },
  validate,
  validateUpdate: validate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    checkNonNegative(status?.currentReplicas, "status.currentReplicas", errors);
    checkNonNegative(status?.desiredReplicas, "status.desiredReplicas", errors);
    return errors;
  },
  prepareForCreate(autoscaler) {
    autoscaler.status = { desiredReplicas: 0 };
  },
  prepareForUpdate(autoscaler, old) {
    keep<HorizontalPodAutoscaler>(autoscaler, old, "status");
  },
  prepareForStatusUpdate(autoscaler, old) {
    keep<HorizontalPodAutoscaler>(autoscaler, old, "spec");
  },
};
