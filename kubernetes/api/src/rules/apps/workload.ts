/** What all kinds that keep Pods running have in common: a selector, a template it matches, counts in the status. */
import type { PodTemplateSpec } from "@skiff/api/core/v1";
import type { LabelSelector } from "@skiff/api/meta/v1";
import { checkPodTemplate } from "../core/pod-template.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import { checkLabelSelector, isEmptySelector, selectorMatches } from "../meta/label-selector.ts";
import { checkNonNegative } from "../meta/numbers.ts";

interface Selecting {
  readonly selector?: LabelSelector | undefined;
  readonly template?: PodTemplateSpec | undefined;
}

/** Refuses a selector that is missing, malformed or empty. Gives whether templates can be compared with it. */
export function checkSelector(
  selector: LabelSelector | undefined,
  emptyMessage: string,
  field: string,
  errors: FieldError[],
): boolean {
  if (selector === undefined) {
    errors.push(required(field));
    return true;
  }
  const before = errors.length;
  checkLabelSelector(selector, field, errors);
  const malformed = errors.length > before;
  if (isEmptySelector(selector)) errors.push(invalid(field, selector, emptyMessage));
  if (malformed) errors.push(invalid(field, selector, "invalid label selector"));
  return !malformed;
}

/** Refuses a template whose Pods the selector would not find. No selector finds nothing, an empty one everything. */
export function checkSelectorMatches(spec: Selecting, path: string, errors: FieldError[]): void {
  const labels = spec.template?.metadata?.labels;
  if (spec.selector !== undefined && selectorMatches(spec.selector, labels)) return;
  const why = "`selector` does not match template `labels`";
  errors.push(invalid(`${path}.template.metadata.labels`, labels ?? null, why));
}

/** Checks a template whose Pods run for ever; `kind` is named in messages. */
export function checkRunningTemplate(spec: Selecting, kind: string, path: string, errors: FieldError[]): void {
  const field = `${path}.template`;
  checkPodTemplate(spec.template, field, errors);
  const policy = spec.template?.spec?.restartPolicy ?? "";
  if (policy !== "Always") errors.push(notSupported(`${field}.spec.restartPolicy`, policy, ["Always"]));
  if (spec.template?.spec?.activeDeadlineSeconds !== undefined) {
    const why = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden(`${field}.spec.activeDeadlineSeconds`, why));
  }
}

/** Refuses counts below zero. */
export function checkCounts<T extends object>(
  status: T | undefined,
  counts: readonly (keyof T & string)[],
  errors: FieldError[],
): void {
  for (const count of counts) checkNonNegative(numberIn(status, count), `status.${count}`, errors);
}

/** Refuses counts that say more of some Pods than there are Pods. */
export function checkAtMostReplicas<T extends { readonly replicas?: number | undefined }>(
  status: T | undefined,
  counts: readonly (keyof T & string)[],
  errors: FieldError[],
): void {
  for (const count of counts) {
    const value = numberIn(status, count);
    if (value <= (status?.replicas ?? 0)) continue;
    errors.push(invalid(`status.${count}`, value, "cannot be greater than status.replicas"));
  }
}

/** Refuses a lower count of name collisions than before: names would come back. */
export function checkCollisionCount(
  status: { readonly collisionCount?: number | undefined } | undefined,
  old: { readonly collisionCount?: number | undefined } | undefined,
  errors: FieldError[],
): void {
  const after = status?.collisionCount ?? 0;
  if (after < (old?.collisionCount ?? 0)) errors.push(invalid("status.collisionCount", after, "cannot be decremented"));
}

/** Refuses more available Pods than ready ones. */
export function checkAvailable(
  status: { readonly availableReplicas?: number | undefined; readonly readyReplicas?: number | undefined } | undefined,
  errors: FieldError[],
): void {
  const available = status?.availableReplicas ?? 0;
  if (available <= (status?.readyReplicas ?? 0)) return;
  errors.push(invalid("status.availableReplicas", available, "cannot be greater than readyReplicas"));
}

function numberIn<T extends object>(object: T | undefined, field: keyof T): number {
  const value = object?.[field];
  return typeof value === "number" ? value : 0;
}
