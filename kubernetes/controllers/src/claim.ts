import { fromLabelSelector, isNotFound, matches, type Resource, type ResourceInfo, type Selector } from "@skiff/api";
import type { LabelSelector, ObjectMeta } from "@skiff/api/meta/v1";
import type { Client, Informer } from "@skiff/client";
import { controllerOf, controllerReference } from "./owner-reference.ts";

interface Owned {
  readonly metadata: ObjectMeta;
}

export interface Claims<T> {
  /** Already the owner's, and rightly so. */
  readonly keep: readonly T[];
  /** Nobody's, and what the owner selects. */
  readonly adopt: readonly T[];
  /** The owner's, but no longer what it selects. */
  readonly release: readonly T[];
}

/** Sorts `candidates` by what `owner` should do with them. What belongs to others is left out; an owner on its way out takes nothing on. */
export function planClaims<T extends Owned>(owner: Owned, selector: Selector, candidates: readonly T[]): Claims<T> {
  const leaving = owner.metadata.deletionTimestamp !== undefined;
  const keep: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  for (const candidate of candidates) {
    const controller = controllerOf(candidate);
    const selected = matches(selector, candidate.metadata.labels ?? {});
    const going = candidate.metadata.deletionTimestamp !== undefined;
    if (controller && controller.uid !== owner.metadata.uid) continue;
    if (controller && selected) keep.push(candidate);
    else if (controller && !leaving && !going) release.push(candidate);
    else if (!controller && selected && !leaving && !going) adopt.push(candidate);
  }
  return { keep, adopt, release };
}

/** Adds the index that `claim` finds unowned objects by. */
export function indexOrphans<T extends Owned>(informer: Informer<T>): void {
  informer.cache.addIndex("orphan", (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? ""]));
}

/**
 * The objects of `informer` that `owner` manages, after adopting those it selects and nobody manages, and releasing those
 * it no longer selects. Before adopting it asks the server that the owner still is the one in the cache.
 */
export async function claim<O extends Owned, T extends Owned>(o: {
  readonly client: Client;
  readonly owner: O;
  readonly ownerResource: Resource<O> & ResourceInfo;
  readonly selector: LabelSelector;
  readonly informer: Informer<T>;
  readonly signal: AbortSignal;
}): Promise<readonly T[]> {
  const { client, owner, ownerResource, informer, signal } = o;
  const { uid = "", namespace = "" } = owner.metadata;
  const candidates = [...informer.cache.byIndex("owner", uid), ...informer.cache.byIndex("orphan", namespace)];
  const { keep, adopt, release } = planClaims(owner, fromLabelSelector(o.selector), candidates);
  if (adopt.length === 0 && release.length === 0) return keep;

  if (adopt.length > 0) {
    const fresh = await client.get(ownerResource, owner.metadata, signal);
    if (fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp) {
      throw new Error(`Cannot adopt for ${owner.metadata.name}: it was deleted`);
    }
  }
  const adopted = await Promise.all(adopt.map((object) => take(object)));
  await Promise.all(release.map((object) => letGo(object)));
  return [...keep, ...adopted.filter((object) => object !== undefined)];

  async function take(object: T): Promise<T | undefined> {
    const reference = controllerReference(ownerResource, owner);
    const metadata = { uid: object.metadata.uid, ownerReferences: [reference] };
    return await patchIfThere(object, { metadata });
  }

  async function letGo(object: T): Promise<void> {
    const ownerReferences = [{ $patch: "delete", uid }];
    await patchIfThere(object, { metadata: { uid: object.metadata.uid, ownerReferences } });
  }

  async function patchIfThere(object: T, patch: object): Promise<T | undefined> {
    try {
      return await client.patch(informer.resource, object.metadata, patch, { type: "strategic", signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
