/** The workers of a node: one for each Pod the API puts here, and for each the runtime still has. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import type { ContainerEventResponse } from "@skiff/engine/cri";
import { label } from "../container/labels.ts";
import { messageOf } from "../container/start-error.ts";
import { ownerOfLogs } from "../volumes/pod-directories.ts";
import type { NodeContext } from "./node-context.ts";
import { PodWorker } from "./pod-worker.ts";

/** How often every Pod is looked at although nothing happened. */
const SAFETY_NET_MS = 60_000;
const RECONNECT_MS = 1_000;

export class PodWorkers implements AsyncDisposable {
  readonly #context: NodeContext;
  readonly #log: Logger;
  readonly #workers = new Map<string, PodWorker>();
  readonly #stop = new AbortController();
  readonly #listening: Promise<void>;
  readonly #net: NodeJS.Timeout;

  constructor(context: NodeContext) {
    this.#context = context;
    this.#log = context.log;
    this.#listening = this.#listen();
    this.#net = setInterval(() => this.#wakeAll(), SAFETY_NET_MS).unref();
  }

  /** The API has this Pod, new or changed. */
  put(pod: Pod): void {
    const known = this.#workers.get(pod.metadata.uid ?? "");
    if (known) known.update(pod);
    else this.#start(pod).wake();
  }

  /** The API has this Pod no more. `pod` is its last state. */
  remove(pod: Pod): void {
    const worker = this.#workers.get(pod.metadata.uid ?? "");
    if (!worker) return;
    worker.update(pod);
    worker.gone();
  }

  /** Ends what the runtime and the disk have of Pods that nobody knows: they were deleted while no kubelet ran. */
  async endOrphans(): Promise<void> {
    const { items } = await this.#context.runtime.listPodSandbox({});
    for (const { labels } of items) this.#endOrphan(orphan(labels));
    // Those that are known by name first: a Pod's directory tells its uid only.
    for (const directory of await namesIn(join(this.#context.root, "logs"))) {
      const owner = ownerOfLogs(directory);
      if (owner) this.#endOrphan({ metadata: owner, spec: { containers: [] } });
    }
    for (const uid of await namesIn(join(this.#context.root, "pods"))) this.#endOrphan(orphan({ [label.podUid]: uid }));
  }

  list(): readonly PodWorker[] {
    return [...this.#workers.values()];
  }

  find(namespace: string, name: string): PodWorker | undefined {
    const found = this.list().filter(
      ({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name,
    );
    return found.find(({ pod }) => !pod.metadata.deletionTimestamp) ?? found[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#net);
    await this.#listening;
    await Promise.all(this.list().map((worker) => worker[Symbol.asyncDispose]()));
  }

  #start(pod: Pod): PodWorker {
    const uid = pod.metadata.uid ?? "";
    const worker = new PodWorker(pod, this.#context, () => {
      this.#workers.delete(uid);
      void worker[Symbol.asyncDispose]();
    });
    this.#workers.set(uid, worker);
    return worker;
  }

  #endOrphan(pod: Pod): void {
    const { uid = "" } = pod.metadata;
    if (uid === "" || this.#workers.has(uid)) return;
    this.#log.info("ending a Pod the API does not have", { uid });
    this.#start(pod).gone();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const event of this.#context.runtime.getContainerEvents({}, signal)) this.#route(event);
      } catch (error) {
        if (!signal.aborted) this.#log.warn("lost the runtime's events", { error: messageOf(error) });
      }
      if (signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS).unref());
      this.#wakeAll();
    }
  }

  #route({ podSandboxStatus, containersStatuses }: ContainerEventResponse): void {
    const uid = podSandboxStatus?.metadata?.uid ?? containersStatuses[0]?.labels[label.podUid];
    if (uid === undefined) this.#wakeAll();
    else this.#workers.get(uid)?.wake();
  }

  #wakeAll(): void {
    for (const worker of this.#workers.values()) worker.wake();
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** As much of a Pod as the runtime remembers. */
function orphan(labels: Readonly<Record<string, string>>): Pod {
  const {
    [label.podUid]: uid,
    [label.podName]: name = "unknown",
    [label.podNamespace]: namespace = "unknown",
  } = labels;
  return { metadata: { uid, name, namespace }, spec: { containers: [] } };
}
