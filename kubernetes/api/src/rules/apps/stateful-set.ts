/** StatefulSet. */
import type { StatefulSet, StatefulSetSpec } from "@skiff/api/apps/v1";
import type { Volume } from "@skiff/api/core/v1";
import { warnOfClaimSpec } from "../core/claim-warnings.ts";
import { checkClaimSpec, defaultClaimSpec } from "../core/persistent-volume-claim.ts";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import { checkPodTemplate } from "../core/pod-template.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { checkAtMostAll, checkNonNegative, checkNumberOrPercent } from "../meta/numbers.ts";
import { specAndStatus } from "../strategy.ts";
import { isSpecNew, nameWarnings, templateWarnings } from "./template-warnings.ts";
import {
  checkAtMostReplicas,
  checkCollisionCount,
  checkCounts,
  checkSelector,
  checkSelectorMatches,
} from "./workload.ts";

function validate({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy ?? "";
  if (policy === "") errors.push(required("spec.podManagementPolicy"));
  else if (policy !== "OrderedReady" && policy !== "Parallel") {
    errors.push(invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  checkUpdateStrategy(spec, errors);
  checkRetention(spec, errors);
  checkNonNegative(spec.replicas, "spec.replicas", errors);
  checkNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  checkNonNegative(spec.ordinals?.start, "spec.ordinals.start", errors);
  const comparable = checkSelector(spec.selector, "empty selector is invalid for statefulset", "spec.selector", errors);
  if (comparable) {
    checkSelectorMatches(spec, "spec", errors);
    checkPodTemplate(withClaims(spec), "spec.template", errors);
  }
  checkNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  spec.volumeClaimTemplates?.forEach((claim, index) => {
    checkClaimSpec(claim.spec, `spec.volumeClaimTemplates[${index}].spec`, errors);
  });
  const restart = spec.template?.spec?.restartPolicy ?? "";
  if (restart !== "Always") errors.push(notSupported("spec.template.spec.restartPolicy", restart, ["Always"]));
  const deadline = spec.template?.spec?.activeDeadlineSeconds;
  if (deadline !== undefined) {
    const why = "activeDeadlineSeconds in StatefulSet is not Supported";
    errors.push(forbidden("spec.template.spec.activeDeadlineSeconds", why));
  }
  return errors;
}

/** The template as its Pods will be: each claim template adds, or takes the place of, a volume of its name. */
function withClaims(spec: StatefulSetSpec): StatefulSetSpec["template"] {
  const claims: Volume[] = (spec.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  if (claims.length === 0 || spec.template?.spec === undefined) return spec.template;
  const names = new Set(claims.map((volume) => volume.name));
  const others = (spec.template.spec.volumes ?? []).filter((volume) => !names.has(volume.name));
  return { ...spec.template, spec: { ...spec.template.spec, volumes: [...others, ...claims] } };
}

function checkUpdateStrategy(spec: StatefulSetSpec, errors: FieldError[]): void {
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  const field = "spec.updateStrategy";
  if (type === "") errors.push(required(field));
  else if (type === "OnDelete") {
    if (!rollingUpdate) return;
    errors.push(invalid(`${field}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (type === "RollingUpdate") {
    checkNonNegative(rollingUpdate?.partition, `${field}.rollingUpdate.partition`, errors);
    if (rollingUpdate?.maxUnavailable === undefined) return;
    checkNumberOrPercent(rollingUpdate.maxUnavailable, `${field}.rollingUpdate.maxUnavailable`, errors);
    checkAtMostAll(rollingUpdate.maxUnavailable, `${field}.rollingUpdate.maxUnavailable`, errors);
  } else errors.push(invalid(field, spec.updateStrategy, "must be 'RollingUpdate' or 'OnDelete'"));
}

function checkRetention(spec: StatefulSetSpec, errors: FieldError[]): void {
  for (const field of ["whenDeleted", "whenScaled"] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[field];
    if (policy === undefined || policy === "Retain" || policy === "Delete") continue;
    const path = `spec.persistentVolumeClaimRetentionPolicy.${field}`;
    errors.push(notSupported(path, policy, ["Retain", "Delete"]));
  }
}

const mutable = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

function checkOnlyMutable(spec: StatefulSetSpec, old: StatefulSetSpec, errors: FieldError[]): void {
  const rest: Record<string, unknown> = { ...spec };
  for (const field of mutable) rest[field] = old[field];
  if (sameMeaning(rest, old)) return;
  const named = mutable.map((field) => `'${field}'`);
  const list = `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
  errors.push(forbidden("spec", `updates to statefulset spec for fields other than ${list} are forbidden`));
}

export const statefulSetRules: KindRules<StatefulSet> = {
  warnings(set, old) {
    const warnings = nameWarnings(set, old);
    if (!isSpecNew(set, old)) return warnings;
    warnings.push(...templateWarnings(set.spec.template));
    set.spec.volumeClaimTemplates?.forEach(({ spec }, index) => {
      warnOfClaimSpec(spec, `spec.volumeClaimTemplates[${index}].spec`, warnings);
    });
    if ((set.spec.revisionHistoryLimit ?? 0) < 0) {
      warnings.push("spec.revisionHistoryLimit: a negative value retains all historical revisions");
    }
    return warnings;
  },
  ...specAndStatus<StatefulSet>(() => ({ replicas: 0 })),
  defaults({ spec }) {
    spec.podManagementPolicy ||= "OrderedReady";
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.partition ??= 0;
    }
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= "Retain";
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= "Retain";
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    defaultPodTemplate(spec);
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion = "v1";
      claim.kind = "PersistentVolumeClaim";
      claim.spec ??= {};
      claim.status ??= {};
      claim.status.phase ??= "Pending";
      defaultClaimSpec(claim.spec);
    }
  },
  validate,
  validateUpdate(set, old) {
    const errors = validate(set);
    checkOnlyMutable(set.spec, old.spec, errors);
    return errors;
  },
  validateStatusUpdate({ status }, old) {
    const errors: FieldError[] = [];
    const counts = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"] as const;
    checkCounts(status, ["replicas", ...counts, "observedGeneration", "collisionCount"], errors);
    checkAtMostReplicas(status, counts, errors);
    checkCollisionCount(status, old.status, errors);
    return errors;
  },
};
