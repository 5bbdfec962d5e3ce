import { type Call, StatusError, type Transport, type WatchCall, type WatchEvent } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";

interface Stored {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

/**
 * Just enough of an API server for the scheduler's own tests: objects in memory with list, watch, create, delete, binding and
 * merge of status. It checks nothing; what a real server refuses is tested with a real server.
 */
export class MemoryCluster implements Transport {
  readonly bindings = new Map<string, string>();
  /** Set to have bindings fail. */
  refuseBinding: Error | undefined;
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #watchers = new Set<{ plural: string; push(event: WatchEvent<object>): void }>();
  #version = 1;

  /** Creates or replaces an object. */
  put(plural: string, object: object): void {
    const kind = this.#kind(plural);
    const { metadata } = object as Stored;
    const key = keyOf(metadata);
    const stored = { ...object, metadata: { ...metadata, resourceVersion: String(++this.#version) } };
    const type = kind.has(key) ? "MODIFIED" : "ADDED";
    kind.set(key, stored);
    this.#tell(plural, { type, object: stored });
  }

  remove(plural: string, key: string): void {
    const object = this.#kind(plural).get(key);
    if (!object) return;
    this.#kind(plural).delete(key);
    this.#version++;
    this.#tell(plural, { type: "DELETED", object });
  }

  pod(key: string): Pod {
    const pod = this.#kind("pods").get(key);
    if (!pod) throw new Error(`no such pod: ${key}`);
    return pod as unknown as Pod;
  }

  /** All objects of a resource. */
  all<T>(plural: string): T[] {
    return [...this.#kind(plural).values()] as T[];
  }

  /** Resolves with the first answer of `read` that is not undefined, looking again after every change. */
  async until<T>(read: () => T | undefined): Promise<T> {
    for (;;) {
      const found = read();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const watcher = { plural: "", push: () => resolve() };
        this.#watchers.add(watcher);
        watcher.push = () => {
          this.#watchers.delete(watcher);
          resolve();
        };
      });
    }
  }

  async call(call: Call): Promise<object> {
    const { plural } = call.resource;
    const key = call.namespace ? `${call.namespace}/${call.name}` : (call.name ?? "");
    if (call.verb === "list")
      return { metadata: { resourceVersion: String(this.#version) }, items: [...this.#kind(plural).values()] };
    if (call.verb === "create" && !call.subresource) {
      this.put(plural, call.body ?? {});
      return call.body ?? {};
    }
    const object = this.#kind(plural).get(key);
    if (!object) throw StatusError.notFound(call.resource, call.name ?? "");
    if (call.subresource === "binding") {
      if (this.refuseBinding) throw this.refuseBinding;
      const { target } = call.body as { target: { name: string } };
      this.bindings.set(key, target.name);
      this.put(plural, { ...object, spec: { ...(object as unknown as Pod).spec, nodeName: target.name } });
    } else if (call.verb === "patch") {
      const { status } = call.body as Pod;
      this.put(plural, { ...object, status: { ...(object as unknown as Pod).status, ...status } });
    } else if (call.verb === "delete") this.remove(plural, key);
    return object;
  }

  async *watch(call: WatchCall, signal: AbortSignal): AsyncIterable<WatchEvent<object>> {
    const waiting: WatchEvent<object>[] = [];
    let wake = () => {};
    const watcher = {
      plural: call.resource.plural,
      push(event: WatchEvent<object>) {
        waiting.push(event);
        wake();
      },
    };
    this.#watchers.add(watcher);
    // A list may have been answered before this watch began.
    const since = Number(call.query?.resourceVersion ?? 0);
    for (const object of this.#kind(call.resource.plural).values())
      if (Number(object.metadata.resourceVersion) > since) waiting.push({ type: "ADDED", object });
    if (call.query?.sendInitialEvents) {
      const annotations = { "k8s.io/initial-events-end": "true" };
      const bookmark = { metadata: { resourceVersion: String(this.#version), annotations } };
      waiting.push({ type: "BOOKMARK", object: bookmark });
    }
    const abort = () => wake();
    signal.addEventListener("abort", abort, { once: true });
    try {
      while (!signal.aborted) {
        for (let event = waiting.shift(); event; event = waiting.shift()) yield event;
        if (signal.aborted) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (waiting.length > 0) resolve();
        });
      }
    } finally {
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", abort);
    }
  }

  #tell(plural: string, event: WatchEvent<object>): void {
    for (const watcher of this.#watchers) if (watcher.plural === plural || watcher.plural === "") watcher.push(event);
  }

  #kind(plural: string): Map<string, Stored> {
    const kind = this.#objects.get(plural) ?? new Map<string, Stored>();
    this.#objects.set(plural, kind);
    return kind;
  }
}

function keyOf({ namespace, name }: Stored["metadata"]): string {
  return namespace ? `${namespace}/${name}` : name;
}
