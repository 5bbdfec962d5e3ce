/** The fields a write cannot change, whatever it says: they are put back, and nobody comes to hold them by it. */
import type { ResourceInfo } from "@skiff/api";
import type { FieldSet } from "@skiff/api/server";

const NONE: FieldSet = {};
const SPEC: FieldSet = { "f:spec": {} };
const STATUS: FieldSet = { "f:status": {} };
const SPEC_AND_METADATA: FieldSet = { ...SPEC, "f:metadata": {} };

/** By type, what a write of the status leaves alone where it is not the spec only. */
const OF_STATUS: Readonly<Record<string, FieldSet>> = {
  "apps/v1.Deployment": { ...SPEC, "f:metadata": { "f:labels": {} } },
  "core/v1.Pod": { ...SPEC, "f:metadata": { "f:deletionTimestamp": {}, "f:ownerReferences": {} } },
  "apiextensions/v1.CustomResourceDefinition": SPEC_AND_METADATA,
  "resource/v1.ResourceClaim": SPEC_AND_METADATA,
};

/** By subresource other than the status. */
const OF_PARTS: Readonly<Record<string, FieldSet>> = {
  approval: SPEC,
  ephemeralcontainers: STATUS,
  finalize: STATUS,
  resize: STATUS,
  scale: STATUS,
};

/** What a write through `subresource` ("" for the object itself) cannot change. */
export function ignoredFields(
  info: Pick<ResourceInfo, "typeName" | "objectType" | "subresources">,
  subresource: string,
): FieldSet {
  if (subresource === "status") return OF_STATUS[info.typeName] ?? (info.objectType ? SPEC_AND_METADATA : SPEC);
  if (subresource !== "") return OF_PARTS[subresource] ?? NONE;
  return info.subresources.some(({ name }) => name === "status") ? STATUS : NONE;
}
