/** ReplicationController, the older ReplicaSet. */
import type { ReplicationController } from "@skiff/api/core/v1";
import { isSpecNew, nameWarnings, templateWarnings } from "../apps/template-warnings.ts";
import {
  checkAtMostReplicas,
  checkAvailable,
  checkCounts,
  checkRunningTemplate,
  checkSelectorMatches,
} from "../apps/workload.ts";
import { type FieldError, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkNonNegative } from "../meta/numbers.ts";
import { specAndStatus, validatedTwice } from "../strategy.ts";
import { defaultPodTemplate } from "./pod-spec-defaults.ts";

function validate(controller: ReplicationController): FieldError[] {
  const { spec } = controller;
  const errors: FieldError[] = [];
  const selector = spec.selector ?? {};
  checkNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  if (Object.keys(selector).length === 0) errors.push(required("spec.selector"));
  checkNonNegative(spec.replicas, "spec.replicas", errors);
  checkSelectorMatches({ selector: { matchLabels: selector }, template: spec.template }, "spec", errors);
  checkRunningTemplate({ template: spec.template }, "ReplicationController", "spec", errors);
  return errors;
}

export const replicationControllerRules: KindRules<ReplicationController> = {
  warnings: (object, old) => [
    ...nameWarnings(object, old),
    ...(isSpecNew(object, old) ? templateWarnings(object.spec.template) : []),
  ],
  ...specAndStatus<ReplicationController>(() => ({ replicas: 0 })),
  defaults({ metadata, spec }) {
    defaultPodTemplate(spec);
    const labels = spec.template?.metadata?.labels;
    if (labels && Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    spec.replicas ??= 1;
  },
  validate,
  validateUpdate: validatedTwice(validate),
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    const counts = ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"] as const;
    checkCounts(status, [...counts, "observedGeneration"], errors);
    checkAtMostReplicas(status, ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"], errors);
    checkAvailable(status, errors);
    return errors;
  },
  selectableFields({ status }) {
    return { "status.replicas": String(status?.replicas ?? 0) };
  },
};
