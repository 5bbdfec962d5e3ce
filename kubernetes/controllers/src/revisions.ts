import { isAlreadyExists, isNotFound, type Resource, type ResourceInfo } from "@skiff/api";
import type { ControllerRevision } from "@skiff/api/apps/v1";
import type { PodTemplateSpec } from "@skiff/api/core/v1";
import type { LabelSelector, ObjectMeta } from "@skiff/api/meta/v1";
import { controllerRevisions } from "@skiff/api/resources";
import type { Client, Informer } from "@skiff/client";
import { sameValue } from "./canonical-json.ts";
import { claim } from "./claim.ts";
import { controllerReference } from "./owner-reference.ts";
import { hashOf } from "./template-hash.ts";

/** The label on a pod that says which revision of its set it runs. */
export const REVISION_HASH = "controller-revision-hash";
const HASH = "controller.kubernetes.io/hash";

export interface Revised {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly template: PodTemplateSpec;
    readonly selector: LabelSelector;
    readonly revisionHistoryLimit?: number | undefined;
  };
  readonly status?: { readonly collisionCount?: number | undefined } | undefined;
}

/** The template a revision keeps. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { spec } = revision.data as { spec: { template: PodTemplateSpec & { $patch?: string } } };
  const { $patch: _, ...template } = spec.template;
  return template;
}

/** The revision object that keeps the present template of `owner`, as number `revision`. */
export function makeRevision(resource: ResourceInfo, owner: Revised, revision: number): ControllerRevision {
  const data = { spec: { template: { ...owner.spec.template, $patch: "replace" } } };
  const hash = hashOf(data, owner.status?.collisionCount ?? 0);
  const name = `${owner.metadata.name}-${hash}`;
  const labels = { ...owner.spec.template.metadata?.labels, [HASH]: hash, [REVISION_HASH]: hash };
  const { namespace } = owner.metadata;
  const metadata = { name, namespace, labels, ownerReferences: [controllerReference(resource, owner)] };
  return { apiVersion: "apps/v1", kind: "ControllerRevision", metadata, data, revision };
}

/**
 * The revisions of `owner`, oldest first, the last of them keeping its present template: made where it is missing, moved
 * to the end where it came back. Those beyond the history limit that are not in `inUse` (by name) are deleted.
 */
export async function syncRevisions<O extends Revised>(o: {
  readonly client: Client;
  readonly owner: O;
  readonly ownerResource: Resource<O>;
  readonly informer: Informer<ControllerRevision>;
  readonly inUse: ReadonlySet<string>;
  readonly signal: AbortSignal;
}): Promise<readonly [...ControllerRevision[], ControllerRevision]> {
  const { client, owner, ownerResource, informer, signal } = o;
  const owned = await claim({ client, owner, ownerResource, selector: owner.spec.selector, informer, signal });
  const sorted = owned.toSorted((a, b) => a.revision - b.revision);
  const last = sorted.at(-1);
  const wanted = makeRevision(ownerResource, owner, (last?.revision ?? 0) + 1);
  const found = sorted.findLast((revision) => sameValue(revision.data, wanted.data));
  const old = sorted.filter((revision) => revision !== found);

  const present = found ?? (await create(wanted));
  const current =
    found && found !== last
      ? await client.update(controllerRevisions, { ...found, revision: wanted.revision }, { signal })
      : present;
  const unused = old.filter(({ metadata }) => !o.inUse.has(metadata.name));
  const surplus = unused.slice(0, Math.max(0, unused.length - (owner.spec.revisionHistoryLimit ?? 10)));
  for (const { metadata } of surplus) {
    await client.delete(controllerRevisions, metadata, { signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  return [...old.filter((revision) => !surplus.includes(revision)), current];

  async function create(revision: ControllerRevision): Promise<ControllerRevision> {
    try {
      return await client.create(controllerRevisions, revision, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      // Ours, not in the cache yet; a template of another content with this name fails the next comparison and is told.
      const there = await client.get(controllerRevisions, revision.metadata, signal);
      if (sameValue(there.data, revision.data)) return there;
      throw error;
    }
  }
}
