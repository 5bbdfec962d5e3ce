/** What plugins are concerned with, as predicates over a request's target. */
import type { ResourceInfo } from "@skiff/api";
import type { AdmissionTarget, Operation } from "./admission.ts";

/** A predicate that a plugin's `concerns` may be. */
export type Concern = (target: AdmissionTarget) => boolean;

/** The object itself, not a part of it, of one resource in whichever version. */
export function whole(resource: ResourceInfo, ...operations: readonly Operation[]): Concern {
  return subresource(resource, "", ...operations);
}

/** One subresource of one resource. */
export function subresource(resource: ResourceInfo, name: string, ...operations: readonly Operation[]): Concern {
  return (target) =>
    target.subresource === name &&
    target.info.plural === resource.plural &&
    target.info.group === resource.group &&
    operations.includes(target.operation);
}

/** Any of several. */
export function anyOf(...concerns: readonly Concern[]): Concern {
  return (target) => concerns.some((concern) => concern(target));
}
