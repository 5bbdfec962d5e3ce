import { isNotFound, type Resource, type ResourceInfo, resources } from "@skiff/api";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import { pods } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { Remainder, Trouble } from "./plan.ts";

interface Content {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly terminationGracePeriodSeconds?: number | undefined } | undefined;
}

/** Every resource whose objects live in namespaces and can be deleted, once each. */
export const contentResources: readonly ResourceInfo[] = resources.filter(
  ({ namespaced, storageVersion, verbs }) =>
    namespaced && storageVersion && verbs.includes("delete") && verbs.includes("list"),
);

/** Deletes everything in `namespace`, of the `further` resources too, and answers what is still there, and what went wrong. */
export async function deleteContent(
  client: Client,
  namespace: string,
  signal: AbortSignal,
  further: readonly ResourceInfo[] = [],
) {
  const remaining: Remainder[] = [];
  const troubles: Trouble[] = [];
  for (const resource of [...contentResources, ...further]) {
    const named = resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
    try {
      await deleteAll(client, resource, namespace, signal);
      const left = await client.list(resource as Resource<Content>, { namespace }, signal);
      remaining.push(remainderOf(named, left.items, resource));
    } catch (error) {
      signal.throwIfAborted();
      troubles.push({ resource: named, message: `${named}: ${(error as Error).message}` });
    }
  }
  return { remaining, troubles };
}

async function deleteAll(
  client: Client,
  resource: ResourceInfo,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const options = { propagationPolicy: "Background", signal } as const;
  if (resource.verbs.includes("deletecollection")) {
    await client.deleteCollection(resource as Resource<Content>, { namespace }, options);
    return;
  }
  const { items } = await client.list(resource as Resource<Content>, { namespace }, signal);
  for (const { metadata } of items) {
    await client.delete(resource as Resource<Content>, metadata, options).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

function remainderOf(resource: string, items: readonly Content[], info: ResourceInfo): Remainder {
  const finalizers = new Map<string, number>();
  for (const { metadata } of items) {
    for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
  }
  const isPod = info.plural === pods.plural && info.group === pods.group;
  const graceSeconds = isPod
    ? Math.max(0, ...items.map(({ metadata }) => metadata.deletionGracePeriodSeconds ?? 0))
    : 0;
  return { resource, count: items.length, finalizers, graceSeconds };
}
