/** DaemonSet. */
import type { DaemonSet, DaemonSetUpdateStrategy } from "@skiff/api/apps/v1";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import { type FieldError, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkLabelSelector, isEmptySelector } from "../meta/label-selector.ts";
import { checkAtMostAll, checkNonNegative, checkNumberOrPercent, numberOf } from "../meta/numbers.ts";
import { specAndStatus, validatedTwice } from "../strategy.ts";
import { isSpecNew, templateWarnings } from "./template-warnings.ts";
import { checkCollisionCount, checkCounts, checkRunningTemplate, checkSelectorMatches } from "./workload.ts";

function validate({ spec }: DaemonSet): FieldError[] {
  const errors: FieldError[] = [];
  checkLabelSelector(spec.selector, "spec.selector", errors);
  if (errors.length === 0) checkSelectorMatches(spec, "spec", errors);
  if (spec.selector && isEmptySelector(spec.selector)) {
    errors.push(invalid("spec.selector", spec.selector, "empty selector is invalid for daemonset"));
  }
  checkRunningTemplate(spec, "DaemonSet", "spec", errors);
  checkNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  checkStrategy(spec.updateStrategy ?? {}, "spec.updateStrategy", errors);
  checkNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  return errors;
}

function checkStrategy(strategy: DaemonSetUpdateStrategy, field: string, errors: FieldError[]): void {
  if (strategy.type === "OnDelete") return;
  if (strategy.type !== "RollingUpdate") {
    errors.push(notSupported(`${field}.type`, strategy.type ?? "", ["RollingUpdate", "OnDelete"]));
    return;
  }
  const path = `${field}.rollingUpdate`;
  if (strategy.rollingUpdate === undefined) {
    errors.push(required(path));
    return;
  }
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate;
  checkNumberOrPercent(maxUnavailable, `${path}.maxUnavailable`, errors);
  checkNumberOrPercent(maxSurge, `${path}.maxSurge`, errors);
  const unavailable = numberOf(maxUnavailable) !== 0;
  const surge = numberOf(maxSurge) !== 0;
  if (unavailable && surge) {
    errors.push(invalid(`${path}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero"));
  }
  if (!unavailable && !surge) {
    errors.push(required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  }
  checkAtMostAll(maxUnavailable, `${path}.maxUnavailable`, errors);
  checkAtMostAll(maxSurge, `${path}.maxSurge`, errors);
}

export const daemonSetRules: KindRules<DaemonSet> = {
  warnings: (object, old) => [...(isSpecNew(object, old) ? templateWarnings(object.spec.template) : [])],
  ...specAndStatus<DaemonSet>(() => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  })),
  defaults({ spec }) {
    defaultPodTemplate(spec);
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
  },
  validate,
  validateUpdate: validatedTwice(validate, (set, old, errors) => {
    checkImmutable(set.spec.selector, old.spec.selector, "spec.selector", errors);
  }),
  validateStatusUpdate({ status }, old) {
    const errors: FieldError[] = [];
    checkCounts(
      status,
      [
        "currentNumberScheduled",
        "numberMisscheduled",
        "desiredNumberScheduled",
        "numberReady",
        "observedGeneration",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
      ],
      errors,
    );
    checkCollisionCount(status, old.status, errors);
    return errors;
  },
};
