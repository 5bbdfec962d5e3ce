/** What the server knows of one resource: the row discovery, routing, storage and clients share. */
import type { ObjectType } from "./object-type.ts";

/** A path below an object (`pods/log`). `group` and `version` name those of `kind` where they are not the resource's own. */
export interface SubresourceInfo {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
}

/** A resource in one group and version. */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly SubresourceInfo[];
  /** Whether objects are stored in this version. One version of each resource says yes. */
  readonly storageVersion: boolean;
  /** The key in the type table, for example `core/v1.Pod`. Custom resources have none there and use their `group/version.Kind`. */
  readonly typeName: string;
  /** Of a custom resource, inside the server that serves it: what its objects are like. */
  readonly objectType?: ObjectType | undefined;
}

/** A resource whose objects have the type `T`. */
export interface Resource<T> extends ResourceInfo {
  /** Never set: it carries the type. */
  readonly _type?: T;
}

/** The group and version as `apiVersion` spells them. */
export function apiVersionOf(info: { readonly group: string; readonly version: string }): string {
  return info.group === "" ? info.version : `${info.group}/${info.version}`;
}
