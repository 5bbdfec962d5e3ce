/** ReplicaSet. */
import type { ReplicaSet } from "@skiff/api/apps/v1";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import type { FieldError } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkNonNegative } from "../meta/numbers.ts";
import { specAndStatus, validatedTwice } from "../strategy.ts";
import { isSpecNew, nameWarnings, templateWarnings } from "./template-warnings.ts";
import {
  checkAtMostReplicas,
  checkAvailable,
  checkCounts,
  checkRunningTemplate,
  checkSelector,
  checkSelectorMatches,
} from "./workload.ts";

function validate({ spec }: ReplicaSet): FieldError[] {
  const errors: FieldError[] = [];
  checkNonNegative(spec.replicas, "spec.replicas", errors);
  checkNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  if (checkSelector(spec.selector, "empty selector is invalid for deployment", "spec.selector", errors)) {
    checkSelectorMatches(spec, "spec", errors);
    checkRunningTemplate(spec, "ReplicaSet", "spec", errors);
  }
  return errors;
}

export const replicaSetRules: KindRules<ReplicaSet> = {
  warnings: (object, old) => [
    ...nameWarnings(object, old),
    ...(isSpecNew(object, old) ? templateWarnings(object.spec.template) : []),
  ],
  ...specAndStatus<ReplicaSet>(() => ({ replicas: 0 })),
  defaults({ spec }) {
    spec.replicas ??= 1;
    defaultPodTemplate(spec);
  },
  validate,
  validateUpdate: validatedTwice(validate, (set, old, errors) => {
    checkImmutable(set.spec.selector, old.spec.selector, "spec.selector", errors);
  }),
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
