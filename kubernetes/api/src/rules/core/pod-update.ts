/** What may change in a Pod that exists. */
import type { Affinity, NodeAffinity, Pod, PodSpec, Toleration } from "@skiff/api/core/v1";
import { isInRange } from "../../names.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import { sameMeaning } from "../meta/immutable.ts";

const MAX_INT32 = 2 ** 31 - 1;

const mutableFields = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
];

/** Checks the change from `old` to `pod`; the new state itself is checked elsewhere. */
export function checkPodUpdate(pod: Pod, old: Pod, errors: FieldError[]): void {
  if (!checkImages(pod.spec, old.spec, "containers", errors)) return;
  if (!checkImages(pod.spec, old.spec, "initContainers", errors)) return;
  if (!checkDeadline(pod.spec, old.spec, errors)) return;
  if (!onlyAdditions(pod.spec.tolerations ?? [], old.spec.tolerations ?? [])) {
    const why = "existing toleration can not be modified except its tolerationSeconds";
    errors.push(forbidden("spec.tolerations", why));
  }
  checkGates(pod.spec, old.spec, errors);
  const rest = restoreMutable(pod.spec, old.spec, errors);
  if (sameMeaning(rest, old.spec)) return;
  const changed = changedFields(rest, old.spec);
  const why = `pod updates may not change fields other than ${mutableFields.join(",")}\n${changed}`;
  errors.push(forbidden("spec", why));
}

type ContainerList = "containers" | "initContainers";

function checkImages(spec: PodSpec, old: PodSpec, list: ContainerList, errors: FieldError[]): boolean {
  const containers = spec[list] ?? [];
  if (containers.length !== (old[list] ?? []).length) {
    errors.push(forbidden(`spec.${list}`, "pod updates may not add or remove containers"));
    return false;
  }
  containers.forEach((container, index) => {
    if (!container.image) errors.push(required(`spec.${list}[${index}].image`));
  });
  return true;
}

function checkDeadline(spec: PodSpec, old: PodSpec, errors: FieldError[]): boolean {
  const field = "spec.activeDeadlineSeconds";
  const before = old.activeDeadlineSeconds;
  const after = spec.activeDeadlineSeconds;
  if (after === undefined) {
    if (before !== undefined) {
      errors.push(invalid(field, undefined, "must not update from a positive integer to nil value"));
    }
    return true;
  }
  const reasons = isInRange(after, 0, MAX_INT32);
  for (const reason of reasons) errors.push(invalid(field, after, reason));
  if (reasons.length > 0) return false;
  if (before === undefined || before >= after) return true;
  errors.push(invalid(field, after, "must be less than or equal to previous value"));
  return false;
}

function onlyAdditions(tolerations: readonly Toleration[], old: readonly Toleration[]): boolean {
  return old.every((before) =>
    tolerations.some((after) => sameMeaning({ ...after, tolerationSeconds: before.tolerationSeconds }, before)),
  );
}

function checkGates(spec: PodSpec, old: PodSpec, errors: FieldError[]): void {
  const before = new Set((old.schedulingGates ?? []).map((gate) => gate.name));
  spec.schedulingGates?.forEach(({ name }, index) => {
    if (before.has(name)) return;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbidden(`spec.schedulingGates[${index}].name`, why));
  });
}

/** The new spec with everything that may change put back to what it was. */
function restoreMutable(spec: PodSpec, old: PodSpec, errors: FieldError[]): PodSpec {
  const restored: PodSpec = {
    ...spec,
    containers: withImagesOf(spec, old, "containers"),
    initContainers: withImagesOf(spec, old, "initContainers"),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
  };
  const negative = (old.terminationGracePeriodSeconds ?? 0) < 0;
  const period =
    negative && spec.terminationGracePeriodSeconds === 1
      ? old.terminationGracePeriodSeconds
      : spec.terminationGracePeriodSeconds;
  const settled = { ...restored, terminationGracePeriodSeconds: period };
  return (old.schedulingGates ?? []).length === 0 ? settled : restoreGated(settled, old, errors);
}

function withImagesOf(spec: PodSpec, old: PodSpec, list: ContainerList): PodSpec["containers"] {
  return (spec[list] ?? []).map((container, index) => ({ ...container, image: old[list]?.[index]?.image }));
}

/** A Pod held back by gates may still be narrowed down: more node labels, more node affinity. */
function restoreGated(spec: PodSpec, old: PodSpec, errors: FieldError[]): PodSpec {
  for (const [key, value] of Object.entries(old.nodeSelector ?? {})) {
    if (spec.nodeSelector?.[key] === value) continue;
    errors.push(
      invalid(
        "spec.nodeSelector",
        spec.nodeSelector,
        "only additions to spec.nodeSelector are allowed (no mutations or deletions)",
      ),
    );
    break;
  }
  checkGatedAffinity(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity, errors);
  const affinity: Affinity = { ...spec.affinity, nodeAffinity: old.affinity?.nodeAffinity };
  const anything = Object.values(affinity).some((part) => part !== undefined);
  return { ...spec, nodeSelector: old.nodeSelector, affinity: anything ? affinity : undefined };
}

function checkGatedAffinity(
  affinity: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  errors: FieldError[],
): void {
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const before = old?.[required]?.nodeSelectorTerms;
  if (before === undefined) return;
  const field = `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms`;
  const after = affinity?.[required]?.nodeSelectorTerms ?? [];
  if (after.length !== before.length) {
    errors.push(invalid(field, after, "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
    return;
  }
  before.forEach((term, index) => {
    for (const kind of ["matchExpressions", "matchFields"] as const) {
      const kept = (term[kind] ?? []).every((wanted, at) => sameMeaning(after[index]?.[kind]?.[at], wanted));
      if (kept) continue;
      const why = "only additions are allowed (no mutations or deletions)";
      errors.push(invalid(`${field}[${index}]`, after[index], why));
    }
  });
}

function changedFields(spec: PodSpec, old: PodSpec): string {
  const lines: string[] = [];
  for (const field of new Set([...Object.keys(old), ...Object.keys(spec)]) as Set<keyof PodSpec>) {
    if (sameMeaning(spec[field], old[field], field)) continue;
    lines.push(
      `- \t${field}: ${JSON.stringify(old[field]) ?? "null"}`,
      `+ \t${field}: ${JSON.stringify(spec[field]) ?? "null"}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
