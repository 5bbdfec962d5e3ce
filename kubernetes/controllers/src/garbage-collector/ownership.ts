import { isNotFound, type Resource, type ResourceInfo, resources } from "@skiff/api";
import type { OwnerReference } from "@skiff/api/meta/v1";
import { type Client, cacheKey, type Informer, type InformerFactory, type Watch } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { type Item, isWaiting, type OwnerState } from "./plan.ts";

/** Events are about objects, not owned by them, and too many to follow. */
const IGNORED = new Set(["events"]);
const OWNED_BY = "ownedBy";

/** One resource and the informer that follows it. */
interface Followed {
  readonly resource: Resource<Item>;
  readonly informer: Informer<Item>;
}

/**
 * Who owns what, among all objects that can be deleted: an index by owner on the informer of every resource. The informers
 * are the ones other controllers use anyway, and objects are shared with the server in one process, so following a
 * resource costs a map entry per object and no copy of any.
 */
export class Ownership {
  readonly #client: Client;
  readonly #followed: ReadonlyMap<string, Followed>;

  constructor(client: Client, informers: InformerFactory) {
    this.#client = client;
    const followed = resources.filter(isFollowed).map((info): [string, Followed] => {
      const resource = info as Resource<Item>;
      const informer = informers.for(resource);
      informer.cache.addIndex(OWNED_BY, ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid));
      return [nameOf(info), { resource, informer }];
    });
    this.#followed = new Map(followed);
  }

  /** The object at `key`, as `watch` gave it out. */
  find(key: string): { readonly resource: Resource<Item>; readonly item: Item } | undefined {
    const at = key.indexOf("|");
    const followed = this.#followed.get(key.slice(0, at));
    const item = followed?.informer.cache.get(key.slice(at + 1));
    return followed && item ? { resource: followed.resource, item } : undefined;
  }

  /** Everything that names the object with this uid as an owner. */
  dependentsOf(uid: string): { readonly key: string; readonly resource: Resource<Item>; readonly item: Item }[] {
    return [...this.#followed.values()].flatMap(({ resource, informer }) =>
      informer.cache.byIndex(OWNED_BY, uid).map((item) => ({ key: keyOf(resource, item), resource, item })),
    );
  }

  /** What becomes of an owner of an object in `namespace`. Before calling one absent it asks the server. */
  async stateOf(owner: OwnerReference, namespace: string | undefined, signal: AbortSignal): Promise<OwnerState> {
    const followed = this.#followedKind(owner);
    if (!followed || (followed.resource.namespaced && !namespace)) return "unknown";
    const { resource, informer } = followed;
    const key = resource.namespaced ? `${namespace}/${owner.name}` : owner.name;
    const found = informer.cache.get(key) ?? (await this.#fetch(resource, key, signal));
    if (found && found.metadata.uid !== owner.uid) {
      const fresh = await this.#fetch(resource, key, signal);
      return fresh?.metadata.uid === owner.uid ? (isWaiting(fresh) ? "waiting" : "solid") : "absent";
    }
    if (!found) return "absent";
    return isWaiting(found) ? "waiting" : "solid";
  }

  /** Says which objects need a look: new or changed in who owns them, being deleted, or left by an owner that went. */
  get watch(): Watch {
    const followed = [...this.#followed.values()];
    return {
      informers: followed.map(({ informer }) => informer),
      feed: (enqueue) => {
        const stops = followed.map((each) => this.#feed(each, enqueue));
        return () => {
          for (const stop of stops) stop();
        };
      },
    };
  }

  #feed({ resource, informer }: Followed, enqueue: (key: string) => void): () => void {
    const lookAt = (item: Item) => {
      if (item.metadata.ownerReferences || item.metadata.deletionTimestamp) enqueue(keyOf(resource, item));
      if (isWaiting(item)) this.#lookAround(item, enqueue);
    };
    return informer.on({
      add: lookAt,
      update: (item, old) => {
        // Owners and being deleted are all that counts here; most changes are of neither.
        const { ownerReferences, deletionTimestamp, finalizers } = item.metadata;
        const sameOwners =
          ownerReferences === old.metadata.ownerReferences || sameValue(ownerReferences, old.metadata.ownerReferences);
        if (!sameOwners || (deletionTimestamp && finalizers?.length)) lookAt(item);
      },
      delete: (item) => this.#lookAround(item, enqueue),
    });
  }

  /** What `item` owns may have to go; who owns it may wait for it. */
  #lookAround(item: Item, enqueue: (key: string) => void): void {
    for (const { key } of this.dependentsOf(item.metadata.uid ?? "")) enqueue(key);
    for (const owner of item.metadata.ownerReferences ?? []) {
      const followed = this.#followedKind(owner);
      const key = followed?.resource.namespaced ? `${item.metadata.namespace}/${owner.name}` : owner.name;
      const found = followed?.informer.cache.get(key);
      if (followed && found?.metadata.deletionTimestamp) enqueue(keyOf(followed.resource, found));
    }
  }

  #followedKind(owner: OwnerReference): Followed | undefined {
    const group = owner.apiVersion.includes("/") ? (owner.apiVersion.split("/")[0] ?? "") : "";
    for (const followed of this.#followed.values()) {
      if (followed.resource.kind === owner.kind && followed.resource.group === group) return followed;
    }
    return undefined;
  }

  async #fetch(resource: Resource<Item>, key: string, signal: AbortSignal): Promise<Item | undefined> {
    try {
      return await this.#client.get(resource, key, signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function isFollowed({ plural, storageVersion, verbs }: ResourceInfo): boolean {
  return (
    storageVersion && !IGNORED.has(plural) && ["list", "watch", "delete", "patch"].every((verb) => verbs.includes(verb))
  );
}

function nameOf({ group, plural }: ResourceInfo): string {
  return `${plural}.${group}`;
}

function keyOf(resource: ResourceInfo, item: Item): string {
  return `${nameOf(resource)}|${cacheKey(item)}`;
}
