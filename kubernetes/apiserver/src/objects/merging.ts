/** What tracking who holds which fields has to know of a kind. */
import { apiVersionOf, findKind, type ResourceInfo } from "@skiff/api";
import {
  type ExpectedKind,
  type FieldSet,
  type ManagedObject,
  mergeTypeOf,
  objectTypeOf,
  type TrackedKind,
  type VersionView,
} from "@skiff/api/server";
import type { ApiObject, Draft } from "../state/api-object.ts";
import { ignoredFields } from "./ignored-fields.ts";
import { fromStoredObject, toStored } from "./versions.ts";

/** The kind, with an object of it that has nothing set. */
export interface MergedKind extends TrackedKind {
  readonly kind: string;
  readonly blank: ManagedObject;
}

/** What is known of a kind whose objects are written: a resource's own, or that of a subresource. */
export type WrittenKind = ExpectedKind & Pick<ResourceInfo, "subresources">;

const known = new WeakMap<WrittenKind, Map<string, MergedKind>>();

/** The kind of a resource as a write through `subresource` ("" for the object itself) sees it. */
export function mergedKind(info: WrittenKind, subresource: string): MergedKind {
  let bySubresource = known.get(info);
  if (!bySubresource) {
    bySubresource = new Map();
    known.set(info, bySubresource);
  }
  let kind = bySubresource.get(subresource);
  if (!kind) {
    kind = describe(info, ignoredFields(info, subresource));
    bySubresource.set(subresource, kind);
  }
  return kind;
}

function describe(info: WrittenKind, ignored: FieldSet): MergedKind {
  const apiVersion = apiVersionOf(info);
  const type = objectTypeOf(info).merge ?? mergeTypeOf(info.typeName);
  const blank = info.objectType
    ? { metadata: {} }
    : (objectTypeOf(info).decode({}, "Ignore").object as { metadata: ApiObject["metadata"] });
  const views = new Map<string, VersionView | undefined>();
  return {
    type,
    apiVersion,
    kind: info.kind,
    blank,
    ignored,
    mayHaveChanged: info.objectType !== undefined,
    versionView(version) {
      if (!views.has(version)) views.set(version, viewIn(info, type, version));
      return views.get(version);
    },
  };
}

function viewIn(info: WrittenKind, type: TrackedKind["type"], apiVersion: string): VersionView | undefined {
  if (info.objectType) {
    const [group, version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    return group === info.group && version !== "" ? { type, convert: (object) => object } : undefined;
  }
  const there = kindIn(apiVersion, info.kind);
  if (!there) return apiVersion === apiVersionOf(info) ? { type, convert: (object) => object } : undefined;
  return { type: mergeTypeOf(there.typeName), convert: (object) => converted(object, info.kind, there) };
}

function converted(object: object, kind: string, to: ResourceInfo): object {
  const { apiVersion } = object as ApiObject;
  if (apiVersion === undefined || apiVersion === apiVersionOf(to)) return object;
  const from = kindIn(apiVersion, kind);
  return from ? fromStoredObject(to, toStored(from, { ...object } as Draft)) : object;
}

function kindIn(apiVersion: string, kind: string): ResourceInfo | undefined {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return findKind(group, version, kind);
}
