import { isNotFound, type Resource, type ResourceInfo, resources } from "@skiff/api";
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";
import type { OwnerReference } from "@skiff/api/meta/v1";
import { customResourceDefinitions } from "@skiff/api/resources";
import { type Client, cacheKey, type Informer, informers, type Watch } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import type { ControllerDeps } from "../controller.ts";
import { definedResource } from "../defined-resource.ts";
import { type Item, isWaiting, type OwnerState } from "./plan.ts";

/** Events are about objects, not owned by them, and too many to follow. */
const IGNORED = new Set(["events"]);
const OWNED_BY = "ownedBy";

/** One resource and the informer that follows it. */
interface Followed {
  readonly resource: Resource<Item>;
  readonly informer: Informer<Item>;
}

/** A custom resource, followed for as long as it is served. */
interface FollowedDefinition {
  /** What the informer follows, as text: another version or another kind is followed anew. */
  readonly basis: string;
  stop(): void;
}

type Deps = Pick<ControllerDeps, "client" | "informers" | "log" | "signal">;

/**
 * Who owns what, among all objects that can be deleted: an index by owner on the informer of every resource. The informers
 * are the ones other controllers use anyway, and objects are shared with the server in one process, so following a
 * resource costs a map entry per object and no copy of any.
 */
export class Ownership {
  readonly #deps: Deps;
  readonly #client: Client;
  readonly #definitions: Informer<CustomResourceDefinition>;
  readonly #followed: Map<string, Followed>;
  readonly #followedDefinitions = new Map<string, FollowedDefinition>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#client = deps.client;
    this.#definitions = deps.informers.for(customResourceDefinitions);
    const followed = resources.filter(isFollowed).map((info): [string, Followed] => {
      const resource = info as Resource<Item>;
      return [nameOf(info), { resource, informer: indexed(deps.informers.for(resource)) }];
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
        const look = (definition: CustomResourceDefinition) => this.#lookAtDefinition(definition, enqueue);
        const stopDefinitions = this.#definitions.on({
          add: look,
          update: look,
          delete: ({ metadata }) => this.#stopFollowing(metadata.name),
        });
        return () => {
          stopDefinitions();
          for (const name of this.#followedDefinitions.keys()) this.#stopFollowing(name);
          for (const stop of stops) stop();
        };
      },
    };
  }

  /** Follows what the definition has the server serve. */
  #lookAtDefinition(definition: CustomResourceDefinition, enqueue: (key: string) => void): void {
    const { name } = definition.metadata;
    const resource = definedResource<Item>(definition);
    const basis = JSON.stringify(resource);
    const present = this.#followedDefinitions.get(name);
    if (present?.basis === basis) return;
    this.#stopFollowing(name);
    if (!resource) return;
    const { client, log, signal } = this.#deps;
    const stopped = new AbortController();
    const factory = informers(client, { log, signal: AbortSignal.any([signal, stopped.signal]) });
    const followed = { resource, informer: indexed(factory.for(resource)) };
    const stopFeeding = this.#feed(followed, enqueue);
    this.#followed.set(nameOf(resource), followed);
    this.#followedDefinitions.set(name, {
      basis,
      stop: () => {
        stopFeeding();
        stopped.abort();
        this.#followed.delete(nameOf(resource));
      },
    });
    factory.start();
  }

  #stopFollowing(name: string): void {
    this.#followedDefinitions.get(name)?.stop();
    this.#followedDefinitions.delete(name);
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

function indexed(informer: Informer<Item>): Informer<Item> {
  informer.cache.addIndex(OWNED_BY, ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid));
  return informer;
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
