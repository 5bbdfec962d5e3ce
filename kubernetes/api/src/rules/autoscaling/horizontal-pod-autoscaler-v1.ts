/** HorizontalPodAutoscaler, version 1: CPU only. */
import type { HorizontalPodAutoscaler } from "@skiff/api/autoscaling/v1";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { keep } from "../strategy.ts";
import { checkReplicas, checkScaleTarget } from "./scale-target.ts";

function validate({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  checkReplicas(spec, errors);
  checkScaleTarget(spec.scaleTargetRef, errors);
  const target = spec.targetCPUUtilizationPercentage;
  if (target !== undefined && target < 1) {
    // The field is the first metric of version 2, which is what the message speaks of.
    const field = "spec.metrics[0].resource.target.averageUtilization";
    errors.push(invalid(field, target, "must be greater than 0"));
  }
  return errors;
}

export const horizontalPodAutoscalerV1Rules: KindRules<HorizontalPodAutoscaler> = {
  defaults({ spec }) {
    spec.minReplicas ??= 1;
    spec.targetCPUUtilizationPercentage ??= 80;
  },
  validate,
  validateUpdate: validate,
  prepareForCreate(autoscaler) {
    autoscaler.status = { currentReplicas: 0, desiredReplicas: 0 };
  },
  prepareForUpdate(autoscaler, old) {
    keep<HorizontalPodAutoscaler>(autoscaler, old, "status");
  },
  prepareForStatusUpdate(autoscaler, old) {
    keep<HorizontalPodAutoscaler>(autoscaler, old, "spec");
  },
};
