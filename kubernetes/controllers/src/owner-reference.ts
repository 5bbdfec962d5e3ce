import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import type { ObjectMeta, OwnerReference } from "@skiff/api/meta/v1";

/** The reference an object carries to the one owner that manages it. */
export function controllerReference(resource: ResourceInfo, owner: { readonly metadata: ObjectMeta }): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function controllerOf(object: { readonly metadata: ObjectMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}

export function isControlledBy(object: { readonly metadata: ObjectMeta }, uid: string | undefined): boolean {
  return controllerOf(object)?.uid === uid;
}
