/** Metadata of test objects. */
import type { ObjectMeta } from "../generated/types/meta/v1.ts";

/** What a test changes in an object's metadata. */
export type MetadataChanges = Partial<ObjectMeta>;

/** Metadata of an object in `default` whose uid is made from its name, changed by `changes`. */
export function namespacedMetadata(name: string, changes: MetadataChanges): ObjectMeta {
  return { namespace: "default", ...clusterMetadata(name, changes) };
}

/** Metadata of an object outside namespaces, likewise. */
export function clusterMetadata(name: string, changes: MetadataChanges): ObjectMeta {
  const used = changes.name ?? name;
  return { name: used, uid: `uid-${used}`, resourceVersion: "1", ...changes };
}
