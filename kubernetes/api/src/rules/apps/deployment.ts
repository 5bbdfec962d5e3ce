/** Deployment. */
import type { Deployment, DeploymentStrategy } from "@skiff/api/apps/v1";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkAtMostAll, checkNonNegative, checkNumberOrPercent, numberOf } from "../meta/numbers.ts";
import { keep, specAndStatus } from "../strategy.ts";
import { isSpecNew, nameWarnings, templateWarnings } from "./template-warnings.ts";
import {
  checkAtMostReplicas,
  checkAvailable,
  checkCollisionCount,
  checkCounts,
  checkRunningTemplate,
  checkSelector,
  checkSelectorMatches,
} from "./workload.ts";

function validate({ spec }: Deployment): FieldError[] {
  const errors: FieldError[] = [];
  checkNonNegative(spec.replicas, "spec.replicas", errors);
  if (checkSelector(spec.selector, "empty selector is invalid for deployment", "spec.selector", errors)) {
    checkSelectorMatches(spec, "spec", errors);
    checkRunningTemplate(spec, "ReplicaSet", "spec", errors);
  }
  checkStrategy(spec.strategy ?? {}, "spec.strategy", errors);
  checkNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  checkNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    checkNonNegative(deadline, "spec.progressDeadlineSeconds", errors);
    if (deadline <= (spec.minReadySeconds ?? 0)) {
      errors.push(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
    }
  }
  return errors;
}

function checkStrategy({ type, rollingUpdate }: DeploymentStrategy, field: string, errors: FieldError[]): void {
  const rolling = `${field}.rollingUpdate`;
  if (type === "Recreate") {
    if (rollingUpdate) errors.push(forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'"));
    return;
  }
  if (type !== "RollingUpdate") {
    errors.push(notSupported(`${field}.type`, type ?? "", ["Recreate", "RollingUpdate"]));
    return;
  }
  if (rollingUpdate === undefined) {
    errors.push(required(rolling, "this should be defaulted and never be nil"));
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  checkNumberOrPercent(maxUnavailable, `${rolling}.maxUnavailable`, errors);
  checkNumberOrPercent(maxSurge, `${rolling}.maxSurge`, errors);
  if (numberOf(maxUnavailable) === 0 && numberOf(maxSurge) === 0) {
    errors.push(invalid(`${rolling}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  }
  checkAtMostAll(maxUnavailable, `${rolling}.maxUnavailable`, errors);
}

const strategy = specAndStatus<Deployment>(() => ({}));

export const deploymentRules: KindRules<Deployment> = {
  warnings: (object, old) => [
    ...nameWarnings(object, old),
    ...(isSpecNew(object, old) ? templateWarnings(object.spec.template) : []),
  ],
  ...strategy,
  defaults({ spec }) {
    spec.replicas ??= 1;
    defaultPodTemplate(spec);
    spec.strategy ??= {};
    spec.strategy.type ||= "RollingUpdate";
    if (spec.strategy.type === "RollingUpdate") {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= "25%";
      spec.strategy.rollingUpdate.maxSurge ??= "25%";
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
  },
  validate,
  validateUpdate(deployment, old) {
    const errors = validate(deployment);
    checkImmutable(deployment.spec.selector, old.spec.selector, "spec.selector", errors);
    return errors;
  },
  validateStatusUpdate({ status }, old) {
    const errors: FieldError[] = [];
    checkCounts(
      status,
      [
        "observedGeneration",
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
      ],
      errors,
    );
    checkAtMostReplicas(status, ["updatedReplicas", "readyReplicas", "availableReplicas"], errors);
    checkAvailable(status, errors);
    checkCollisionCount(status, old.status, errors);
    return errors;
  },
  prepareForUpdate(deployment, old) {
    strategy.prepareForUpdate(deployment, old);
    // The controller copies annotations to ReplicaSets, so that a change of them alone must wake it too.
    const generation = old.metadata.generation ?? 0;
    if (deployment.metadata.generation !== generation) return;
    if (!sameMeaning(deployment.metadata.annotations, old.metadata.annotations, "annotations")) {
      deployment.metadata.generation = generation + 1;
    }
  },
  prepareForStatusUpdate(deployment, old) {
    strategy.prepareForStatusUpdate(deployment, old);
    keep<Deployment["metadata"]>(deployment.metadata, old.metadata, "labels");
  },
};
