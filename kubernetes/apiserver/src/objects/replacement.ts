import { type FieldError, type ResourceInfo, StatusError } from "@skiff/api";
import { type ObjectType, objectTypeOf } from "@skiff/api/server";
import { admissionRequest } from "../admission/admission-request.ts";
import type { Call } from "../call.ts";
import type { Server } from "../server-parts.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { Decision } from "../state/object-writer.ts";
import { keepUnchangedRecords, recordManagers, type WriteKind } from "./managed-fields.ts";
import { withoutRepeatedOwners } from "./owner-references.ts";

/** What a write to an existing object is about. */
export interface ReplacementContext extends WriteKind {
  readonly info: ResourceInfo;
  /** "" for the object itself, "status" for its status; the kind says what other subresources may change. */
  readonly subresource: string;
  readonly dryRun: boolean;
}

/**
 * Makes `draft` into the next state of `current`: what a client may not change is put back, then defaults, admission,
 * validation. Taking away the last finalizer of an object that is being deleted removes it. Throws StatusError.
 */
export async function replacement(
  { admission, clock }: Pick<Server, "admission" | "clock">,
  call: Call,
  { info, subresource, dryRun, operation, recordedAs }: ReplacementContext,
  current: ApiObject,
  draft: Draft,
): Promise<Decision> {
  const { name } = current.metadata;
  keepSystemFields(info, draft, current);
  const request = admissionRequest(call, {
    operation: "UPDATE",
    info,
    subresource,
    namespace: current.metadata.namespace ?? "",
    name,
    object: draft,
    old: current,
    dryRun,
  });
  const type = objectTypeOf(info);
  type.defaults(draft);
  withoutRepeatedOwners(call, draft, false);
  recordManagers({ now: clock.now(), call, info, subresource: recordedAs ?? subresource, operation }, draft, current);
  const mutating = admission.mutate(request);
  if (mutating) await mutating;
  withoutRepeatedOwners(call, draft, true);
  if (subresource === "status") type.prepareForStatusUpdate(draft, current);
  else if (subresource === "") type.prepareForUpdate(draft, current);
  else type.prepareForPartUpdate?.(subresource, draft, current);
  const problems = validateReplacement(type, subresource, draft, current);
  if (problems.length > 0) throw StatusError.invalid(info, name, problems);
  if (subresource === "") call.warnings.push(...(type.warnings?.(draft, current) ?? []));
  const validating = admission.validate(request);
  if (validating) await validating;
  keepUnchangedRecords(draft, current);
  return isFinished(draft, current) ? { remove: draft as ApiObject } : { put: draft as ApiObject };
}

function validateReplacement(type: ObjectType, subresource: string, draft: Draft, current: ApiObject): FieldError[] {
  if (subresource === "status") return type.validateStatusUpdate(draft, current);
  if (subresource === "") return type.validateUpdate(draft, current);
  return type.validatePartUpdate?.(subresource, draft, current) ?? [];
}

/** Throws the conflict when the client read another version, or another object of that name, than what is there. */
export function checkVersion(info: ResourceInfo, draft: Draft, current: ApiObject): void {
  const { uid } = draft.metadata;
  if (uid && uid !== current.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
    throw StatusError.conflict(info, current.metadata.name, why);
  }
  checkResourceVersion(info, draft, current);
}

/** Throws the conflict when the client read another version than what is there. A patch of the uid is a change, not a condition. */
export function checkResourceVersion(info: ResourceInfo, draft: Draft, current: ApiObject): void {
  const { resourceVersion } = draft.metadata;
  if (resourceVersion && resourceVersion !== "0" && resourceVersion !== current.metadata.resourceVersion) {
    throw StatusError.conflict(info, current.metadata.name);
  }
}

function keepSystemFields(info: ResourceInfo, draft: Draft, current: ApiObject): void {
  const { metadata } = draft;
  const old = current.metadata;
  metadata.uid ||= old.uid;
  metadata.name ||= old.name;
  if (info.namespaced) metadata.namespace ||= old.namespace;
  else delete metadata.namespace;
  if (old.creationTimestamp !== undefined) metadata.creationTimestamp = old.creationTimestamp;
  metadata.resourceVersion = old.resourceVersion;
  metadata.generation = old.generation;
  if (old.generation === undefined) delete metadata.generation;
  // Deletion is asked for with DELETE and cannot be taken back by writing.
  metadata.deletionTimestamp = old.deletionTimestamp;
  metadata.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  if (old.deletionTimestamp === undefined) delete metadata.deletionTimestamp;
  if (old.deletionGracePeriodSeconds === undefined) delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

/** An object waits for its finalizers, for its grace period, and (a namespace) for its content. */
function isFinished(draft: Draft, current: ApiObject): boolean {
  if (current.metadata.deletionTimestamp === undefined) return false;
  if ((draft.metadata.finalizers ?? []).length > 0) return false;
  if ((current.metadata.deletionGracePeriodSeconds ?? 0) > 0) return false;
  const spec = draft.spec as { finalizers?: readonly string[] } | undefined;
  return draft.kind !== "Namespace" || (spec?.finalizers ?? []).length === 0;
}
