import { isNotFound, type Resource } from "@skiff/api";
import type { Client, Identified } from "@skiff/client";

/** Creates `object` unless one of its name exists already, which is left as it is. */
export async function ensureObject<T extends Identified>(
  client: Client,
  resource: Resource<T>,
  object: T,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.get(resource, object.metadata ?? "", signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await client.create(resource, object, { signal });
  }
}
