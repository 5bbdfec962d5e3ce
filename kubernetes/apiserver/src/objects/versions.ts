/** Conversion between the versions a resource is served in and the one it is stored in. */
import type { ResourceInfo } from "@skiff/api";
import { findResource } from "@skiff/api";
import { applyDefaults, autoscalerToV1, autoscalerToV2, eventFromCore, eventToCore } from "@skiff/api/server";
import type { Reply } from "../reply.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { Entry } from "../state/entry.ts";

/** A version that differs from the one that is stored. */
interface Conversion {
  readonly stored: readonly [group: string, version: string, plural: string];
  /** Gives a new object; the one it is given is not changed. */
  toStored(object: object): object;
  fromStored(object: object): object;
}

const conversions: ReadonlyMap<string, Conversion> = new Map([
  ["events/v1.Event", { stored: ["", "v1", "events"], toStored: eventToCore, fromStored: eventFromCore }],
  [
    "autoscaling/v1.HorizontalPodAutoscaler",
    {
      stored: ["autoscaling", "v2", "horizontalpodautoscalers"],
      toStored(object) {
        const converted = structuredClone(autoscalerToV2(object));
        applyDefaults("autoscaling/v2.HorizontalPodAutoscaler", converted);
        return converted;
      },
      fromStored: autoscalerToV1,
    },
  ],
]);

/** Whether objects of this version differ from what is stored. */
export function isConverted(info: ResourceInfo): boolean {
  return conversions.has(info.typeName);
}

/** The object as stored. */
export function toStored(info: ResourceInfo, draft: Draft): ApiObject {
  return (conversions.get(info.typeName)?.toStored(draft) ?? draft) as ApiObject;
}

/** The stored object as this version shows it. */
export function fromStoredObject(info: ResourceInfo, object: ApiObject): ApiObject {
  return (conversions.get(info.typeName)?.fromStored(object) ?? object) as ApiObject;
}

/** A stored object as an answer in this version. */
export function fromStored(info: ResourceInfo, entry: Entry, code: number): Reply {
  if (!isConverted(info)) return { type: "entry", code, info, entry };
  return { type: "object", code, info, object: fromStoredObject(info, entry.object) };
}

/** The resource in the version that is stored. */
export function storedVersion(info: ResourceInfo): ResourceInfo {
  const conversion = conversions.get(info.typeName);
  return conversion ? (findResource(...conversion.stored) ?? info) : info;
}
