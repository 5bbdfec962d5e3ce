import { StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { mergeTypeOf, strategicMergePatch } from "@skiff/api/server";
import { type Client, createClient } from "@skiff/client";

/** As much of an API server as a Pod's worker uses: Pods can be read, their status patched, and they can be deleted. */
export class PodApi {
  readonly client: Client;
  readonly #pods = new Map<string, Pod>();
  readonly #watchers = new Set<(pod: Pod | undefined) => void>();
  #version = 100;

  constructor() {
    this.client = createClient({
      call: async (call) => {
        const key = `${call.namespace}/${call.name}`;
        const found = this.#pods.get(key);
        if (call.resource.plural !== pods.plural || !found) throw StatusError.notFound(call.resource, call.name ?? "");
        if (call.verb === "get") return found;
        if (call.verb === "patch")
          return this.put(strategicMergePatch(mergeTypeOf(pods.typeName), found, call.body) as Pod);
        if (call.verb !== "delete") throw StatusError.methodNotSupported(call.resource, call.verb);
        this.#pods.delete(key);
        this.#tell(undefined);
        return found;
      },
      // Nothing of what is watched ever changes here.
      watch: async function* () {},
    });
  }

  /** Stores `pod` as the server's and answers it with its new version. */
  put(pod: Pod): Pod {
    const stored = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(++this.#version) } };
    this.#pods.set(`${pod.metadata.namespace}/${pod.metadata.name}`, stored);
    this.#tell(stored);
    return stored;
  }

  get(key: string): Pod | undefined {
    return this.#pods.get(key);
  }

  /** Resolves with the Pod once `test` is true of it; of undefined once it is deleted. */
  until(test: (pod: Pod | undefined) => boolean): Promise<Pod | undefined> {
    return new Promise((resolve) => {
      const check = (pod: Pod | undefined) => {
        if (!test(pod)) return;
        this.#watchers.delete(check);
        resolve(pod);
      };
      this.#watchers.add(check);
      check([...this.#pods.values()][0]);
    });
  }

  #tell(pod: Pod | undefined): void {
    for (const watcher of this.#watchers) watcher(pod);
  }
}
