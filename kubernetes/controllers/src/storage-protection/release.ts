import { isConflict, isNotFound, type Resource } from "@skiff/api";
import type { Cacheable, Client } from "@skiff/client";

/** Whether the object is being deleted and waits for this finalizer. */
export function waitsFor(object: Cacheable | undefined, finalizer: string): object is Cacheable {
  if (!object?.metadata.deletionTimestamp) return false;
  return ((object.metadata as { finalizers?: readonly string[] }).finalizers ?? []).includes(finalizer);
}

/** Takes the finalizer away, so that the object can go. */
export async function release<T extends Cacheable>(
  client: Client,
  resource: Resource<T>,
  object: T,
  finalizer: string,
  signal: AbortSignal,
): Promise<void> {
  const {
    uid,
    resourceVersion,
    finalizers = [],
  } = object.metadata as Cacheable["metadata"] & {
    finalizers?: readonly string[];
  };
  const rest = finalizers.filter((name) => name !== finalizer);
  const metadata = { uid, resourceVersion, finalizers: rest.length > 0 ? rest : null };
  try {
    await client.patch(resource, object.metadata, { metadata }, { type: "merge", signal });
  } catch (error) {
    // A newer state comes with an event of its own.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
