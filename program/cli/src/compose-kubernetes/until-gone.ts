import { isNotFound, type Resource } from "@skiff/api";
import type { Client, Key } from "@skiff/client";

/** Resolves when there is no such object (any more). Rejects when `signal` aborts. */
export async function untilGone<T extends object>(
  client: Client,
  resource: Resource<T>,
  key: Exclude<Key, string>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    let resourceVersion: string | undefined;
    try {
      const found = (await client.get(resource, key, signal)) as { metadata?: { resourceVersion?: string } };
      resourceVersion = found.metadata?.resourceVersion;
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    const { namespace, name } = key;
    const options = { namespace, fieldSelector: `metadata.name=${name}`, resourceVersion };
    for await (const { type } of client.watch(resource, options, signal)) if (type === "DELETED") return;
    signal.throwIfAborted();
  }
}
