import {
  type Call,
  matches,
  parseSelector,
  type ResourceInfo,
  StatusError,
  type Transport,
  type WatchCall,
  type WatchEvent,
} from "@skiff/api";
import type { ObjectMeta } from "@skiff/api/meta/v1";

interface Stored {
  readonly metadata: ObjectMeta;
}

interface Change {
  readonly version: number;
  readonly resource: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: Stored;
}

/**
 * The object store of an API server, in memory and without its rules: names, versions, conflicts, label selectors, lists
 * and watches with history work as on a server; nothing is defaulted, validated or authorized. For tests of what lies
 * between a client and a server; tests of behaviour use the real one.
 */
export class MemoryTransport implements Transport {
  readonly #objects = new Map<string, Stored>();
  readonly #changes: Change[] = [];
  readonly #waiting = new Set<() => void>();
  /** Calls seen, for tests that count them. */
  readonly calls: Call[] = [];
  readonly watches: WatchCall[] = [];
  #version = 100;
  #oldest = 0;
  #epoch = 0;

  /** Forgets the history: whoever watches from before now must list again. Also cuts every running watch. */
  compact(): void {
    this.#oldest = this.#version;
    this.cut();
  }

  /** Ends every running watch, as a server does after a while. */
  cut(): void {
    this.#epoch++;
    for (const wake of this.#waiting) wake();
  }

  async call(call: Call, signal?: AbortSignal): Promise<object> {
    signal?.throwIfAborted();
    this.calls.push(call);
    const key = keyOf(call.resource, call.namespace, call.name);
    switch (call.verb) {
      case "get":
        return this.#found(call);
      case "list":
        return { metadata: { resourceVersion: String(this.#version) }, items: this.#select(call) };
      case "create": {
        const body = call.body as Stored;
        const at = keyOf(call.resource, call.namespace, body.metadata.name);
        if (this.#objects.has(at)) throw StatusError.alreadyExists(call.resource, body.metadata.name);
        const uid = `uid-${this.#version + 1}`;
        return this.#put(at, call.resource, "ADDED", { ...body, metadata: { uid, ...body.metadata } });
      }
      case "update":
        return this.#update(call, key, call.body as Stored);
      case "patch": {
        const found = this.#found(call);
        return this.#update(call, key, merge(found, call.body) as Stored);
      }
      case "delete": {
        const found = this.#found(call);
        this.#objects.delete(key);
        this.#note(call.resource, "DELETED", {
          ...found,
          metadata: { ...found.metadata, resourceVersion: String(++this.#version) },
        });
        return found;
      }
      case "deletecollection":
        throw StatusError.methodNotSupported(call.resource, "deletecollection");
    }
  }

  async *watch(call: WatchCall, signal: AbortSignal): AsyncGenerator<WatchEvent<object>> {
    this.watches.push(call);
    const epoch = this.#epoch;
    const { sendInitialEvents, resourceVersion } = call.query ?? {};
    let at = Number(resourceVersion ?? this.#version);
    if (sendInitialEvents) {
      at = this.#version;
      for (const object of this.#select(call)) yield { type: "ADDED", object };
      const annotations = { "k8s.io/initial-events-end": "true" };
      yield { type: "BOOKMARK", object: { metadata: { resourceVersion: String(at), annotations } } };
    }
    while (!signal.aborted && epoch === this.#epoch) {
      if (at < this.#oldest) throw StatusError.expired(`too old resource version: ${at} (${this.#oldest})`);
      const next = this.#changes.find(({ version, resource, object }) => {
        return version > at && resource === nameOf(call.resource) && isSelected(call, object);
      });
      if (!next) await this.#changed(signal);
      else {
        at = next.version;
        yield { type: next.type, object: next.object };
      }
    }
  }

  #update(call: Call, key: string, body: Stored): Stored {
    const { resourceVersion, uid } = body.metadata;
    const found = this.#found(call);
    if (resourceVersion && resourceVersion !== found.metadata.resourceVersion) {
      throw StatusError.conflict(call.resource, found.metadata.name);
    }
    return this.#put(key, call.resource, "MODIFIED", {
      ...body,
      metadata: { ...body.metadata, uid: uid ?? found.metadata.uid },
    });
  }

  #found(call: Call): Stored {
    const found = this.#objects.get(keyOf(call.resource, call.namespace, call.name));
    if (!found) throw StatusError.notFound(call.resource, call.name ?? "");
    return found;
  }

  #put(key: string, resource: ResourceInfo, type: "ADDED" | "MODIFIED", object: Stored): Stored {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    this.#objects.set(key, stored);
    this.#note(resource, type, stored);
    return stored;
  }

  #note(resource: ResourceInfo, type: Change["type"], object: Stored): void {
    this.#changes.push({ version: this.#version, resource: nameOf(resource), type, object });
    for (const wake of this.#waiting) wake();
  }

  #select(call: Call | WatchCall): Stored[] {
    const prefix = `${nameOf(call.resource)}|`;
    return [...this.#objects]
      .filter(([key, object]) => key.startsWith(prefix) && isSelected(call, object))
      .map(([, object]) => object);
  }

  async #changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    this.#waiting.delete(resolve);
  }
}

function isSelected(call: Call | WatchCall, object: Stored): boolean {
  if (call.namespace && object.metadata.namespace !== call.namespace) return false;
  const selector = call.query?.labelSelector;
  return !selector || matches(parseSelector(selector), object.metadata.labels);
}

function nameOf({ group, plural }: ResourceInfo): string {
  return `${group}/${plural}`;
}

function keyOf(resource: ResourceInfo, namespace = "", name = ""): string {
  return `${nameOf(resource)}|${namespace}/${name}`;
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === "object" && target !== null ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
}
