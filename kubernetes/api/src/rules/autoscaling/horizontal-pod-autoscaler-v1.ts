/** HorizontalPodAutoscaler, version 1: version 2 in other words, as far as CPU goes, and in annotations. */
import type { HorizontalPodAutoscaler } from "@skiff/api/autoscaling/v1";
import type { HorizontalPodAutoscaler as Version2 } from "@skiff/api/autoscaling/v2";
import { autoscalerToV2, SPEC_ANNOTATIONS, STATUS_ANNOTATIONS } from "../../conversions/autoscaler.ts";
import type { FieldError } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { keep } from "../strategy.ts";
import { horizontalPodAutoscalerRules } from "./horizontal-pod-autoscaler.ts";

/** Carries the metrics other than the use of CPU. */
const METRICS = SPEC_ANNOTATIONS[0];

/** The paths of what is wrong are those of version 2, in which upstream looks at it. */
function validate(autoscaler: HorizontalPodAutoscaler): FieldError[] {
  return horizontalPodAutoscalerRules.validate?.(autoscalerToV2(autoscaler) as Version2) ?? [];
}

/** Puts back the annotations a write of the other half of the object may not change. */
function keepAnnotations(
  autoscaler: Mutable<HorizontalPodAutoscaler>,
  old: HorizontalPodAutoscaler,
  names: readonly string[],
): void {
  for (const name of names) {
    const before = old.metadata.annotations?.[name];
    if (before !== undefined) {
      autoscaler.metadata.annotations ??= {};
      autoscaler.metadata.annotations[name] = before;
    } else delete autoscaler.metadata.annotations?.[name];
  }
}

export const horizontalPodAutoscalerV1Rules: KindRules<HorizontalPodAutoscaler> = {
  defaults({ metadata, spec }) {
    spec.minReplicas ??= 1;
    if (metadata.annotations?.[METRICS] === undefined) spec.targetCPUUtilizationPercentage ??= 80;
  },
  validate,
  validateUpdate: validate,
  validateStatusUpdate(autoscaler, old) {
    const [object, before] = [autoscalerToV2(autoscaler) as Version2, autoscalerToV2(old) as Version2];
    return horizontalPodAutoscalerRules.validateStatusUpdate?.(object, before) ?? [];
  },
  prepareForCreate(autoscaler) {
    autoscaler.status = { currentReplicas: 0, desiredReplicas: 0 };
    for (const name of STATUS_ANNOTATIONS) delete autoscaler.metadata.annotations?.[name];
  },
  prepareForUpdate(autoscaler, old) {
    keep<HorizontalPodAutoscaler>(autoscaler, old, "status");
    keepAnnotations(autoscaler, old, STATUS_ANNOTATIONS);
  },
  prepareForStatusUpdate(autoscaler, old) {
    keep<HorizontalPodAutoscaler>(autoscaler, old, "spec");
    keepAnnotations(autoscaler, old, SPEC_ANNOTATIONS);
  },
};
