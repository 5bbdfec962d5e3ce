/** What every object with metadata can be asked. */
import type { ObjectMeta, OwnerReference } from "./generated/types/meta/v1.ts";

/** Anything with object metadata. */
export interface ObjectWithMeta {
  readonly metadata: ObjectMeta;
}

/** `namespace/name`, or the name alone for objects outside namespaces: the key of caches and queues. */
export function keyOf({ metadata }: ObjectWithMeta): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** The namespace, empty for objects outside namespaces. */
export function namespaceOf({ metadata }: ObjectWithMeta): string {
  return metadata.namespace ?? "";
}

/** The uid of an object that came from a server. Throws for one that did not: it has none. */
export function uidOf({ metadata }: ObjectWithMeta): string {
  if (!metadata.uid) throw new Error(`object has no uid: ${metadata.namespace ?? ""}/${metadata.name}`);
  return metadata.uid;
}

/** The owner that manages this object, where there is one. */
export function controllerOf({ metadata }: ObjectWithMeta): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true);
}
