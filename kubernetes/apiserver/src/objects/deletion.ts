/** What a DELETE does to an object, decided without doing it. */

import { type ResourceInfo, StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import type { DeleteOptions } from "@skiff/api/meta/v1";
import { customResourceDefinitions } from "@skiff/api/resources";
import { awaitInstances } from "../custom-resources/termination.ts";
import { type ApiObject, type Draft, draftOf } from "../state/api-object.ts";
import type { Decision } from "../state/object-writer.ts";
import { timestamp } from "./timestamp.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

/** Throws a conflict when the options name another object or version than what is there. */
export function checkPreconditions(info: ResourceInfo, current: ApiObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = current;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw StatusError.conflict({ ...info, plural: info.kind }, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw StatusError.conflict({ ...info, plural: info.kind }, metadata.name, why);
  }
}

/**
 * The next state of an object someone wants deleted: gone, or marked with the time it will be, waiting for its
 * finalizers, its grace period (Pods) or its content (namespaces).
 */
export function planDeletion(info: ResourceInfo, current: ApiObject, options: DeleteOptions, now: number): Decision {
  const draft = draftOf(current);
  const { metadata } = draft;
  let finalizers = finalizersAfter(current, options);
  const grace = gracePeriod(info, current, options);
  const alreadyAsked = metadata.deletionTimestamp !== undefined;
  if (info.typeName === customResourceDefinitions.typeName && !alreadyAsked) {
    metadata.finalizers = finalizers;
    awaitInstances(draft, now);
    finalizers = metadata.finalizers;
  }
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;

  if (info.kind === "Namespace" && info.group === "") {
    const waits = ((current.spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []).length > 0;
    if (!waits && finalizers.length === 0) return { remove: draft as ApiObject };
    if (alreadyAsked) return unlessSame(draft, current);
    metadata.deletionTimestamp = timestamp(now);
    draft.status = { ...(draft.status as object | undefined), phase: "Terminating" };
    return { put: draft as ApiObject };
  }
  if (finalizers.length === 0 && grace === 0) return { remove: draft as ApiObject };
  if (alreadyAsked) {
    const before = metadata.deletionGracePeriodSeconds ?? 0;
    if (grace >= before) return unlessSame(draft, current);
    // A shorter grace period counts from when the deletion was first asked for.
    const asked = Date.parse(metadata.deletionTimestamp ?? "") - before * 1000;
    metadata.deletionTimestamp = timestamp(asked + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
    return { put: draft as ApiObject };
  }
  metadata.deletionTimestamp = timestamp(now + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
  if (metadata.generation) metadata.generation += 1;
  return { put: draft as ApiObject };
}

function unlessSame(draft: Draft, current: ApiObject): Decision {
  const same = JSON.stringify(draft.metadata.finalizers) === JSON.stringify(current.metadata.finalizers);
  return same ? { keep: true } : { put: draft as ApiObject };
}

/** Seconds to wait; only a Pod that runs somewhere has anything to wait for. */
function gracePeriod(info: ResourceInfo, current: ApiObject, options: DeleteOptions): number {
  if (info.typeName !== "core/v1.Pod") return 0;
  const pod = current as unknown as Pod;
  const phase = pod.status?.phase;
  if (!pod.spec.nodeName || phase === "Failed" || phase === "Succeeded") return 0;
  const asked = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  return Math.max(asked, options.gracePeriodSeconds === 0 ? 0 : 1);
}

function finalizersAfter({ metadata }: ApiObject, options: DeleteOptions): string[] {
  const others = (metadata.finalizers ?? []).filter((f) => f !== FOREGROUND && f !== ORPHAN);
  const had = (metadata.finalizers ?? []).filter((f) => f === FOREGROUND || f === ORPHAN);
  const policy = options.propagationPolicy;
  if (policy === "Foreground") return [...others, FOREGROUND];
  if (policy === "Orphan" || options.orphanDependents === true) return [...others, ORPHAN];
  if (policy === "Background" || options.orphanDependents === false) return others;
  return [...others, ...had];
}
