/** Conversion between the versions a resource is served in and the one it is stored in. */
import type { ResourceInfo } from "@skiff/api";
import { apiVersionOf, findResource } from "@skiff/api";
import type { Reply } from "../reply.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { Entry } from "../state/entry.ts";

/** The fields an Event has under one name in the core group and another in events.k8s.io. */
const EVENT_FIELDS = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
] as const;

/** Whether objects of this version differ from what is stored. */
export function isConverted(info: ResourceInfo): boolean {
  return info.group === "events.k8s.io";
}

/** The object as stored. */
export function toStored(info: ResourceInfo, draft: Draft): ApiObject {
  return (isConverted(info) ? rename(draft, "v1", 1, 0) : draft) as ApiObject;
}

/** The stored object as this version shows it. */
export function fromStoredObject(info: ResourceInfo, object: ApiObject): ApiObject {
  return isConverted(info) ? (rename(object, apiVersionOf(info), 0, 1) as ApiObject) : object;
}

/** A stored object as an answer in this version. */
export function fromStored(info: ResourceInfo, entry: Entry, code: number): Reply {
  if (!isConverted(info)) return { type: "entry", code, info, entry };
  return { type: "object", code, info, object: fromStoredObject(info, entry.object) };
}

/** The resource in the version that is stored. */
export function storedVersion(info: ResourceInfo): ResourceInfo {
  return isConverted(info) ? (findResource("", "v1", "events") ?? info) : info;
}

function rename(object: object, apiVersion: string, from: 0 | 1, to: 0 | 1): object {
  const renamed: Record<string, unknown> = { ...object, apiVersion };
  for (const names of EVENT_FIELDS) {
    const value = renamed[names[from]];
    delete renamed[names[from]];
    if (value !== undefined) renamed[names[to]] = value;
  }
  return renamed;
}
