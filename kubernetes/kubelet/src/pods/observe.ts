/** Reads what the runtime has of a Pod. */
import type { ContainerStatus, PodSandbox, RuntimeService } from "@skiff/engine/cri";
import { CriError, criCode } from "@skiff/engine/cri";
import { annotation, label } from "../container/labels.ts";
import { messageFromFile, messageFromLog } from "../container/termination-message.ts";
import type { ContainerState, ObservedContainer, ObservedPod, ObservedSandbox } from "./observed.ts";

const STATES: Readonly<Record<ContainerStatus["state"], ContainerState>> = {
  CONTAINER_CREATED: "created",
  CONTAINER_RUNNING: "running",
  CONTAINER_EXITED: "exited",
  CONTAINER_UNKNOWN: "unknown",
};

const NS_PER_MS = 1e6;

/** Observes one Pod again and again. What has ended does not change any more and is read once. */
export class PodObserver {
  readonly #runtime: RuntimeService;
  readonly #uid: string;
  readonly #ended = new Map<string, ObservedContainer>();
  readonly #addresses = new Map<string, readonly string[]>();

  constructor(runtime: RuntimeService, uid: string) {
    this.#runtime = runtime;
    this.#uid = uid;
  }

  /** Everything the runtime has under the Pod's uid, now. */
  async observe(): Promise<ObservedPod> {
    const labelSelector = { [label.podUid]: this.#uid };
    const [{ items }, { containers }] = await Promise.all([
      this.#runtime.listPodSandbox({ filter: { labelSelector } }),
      this.#runtime.listContainers({ filter: { labelSelector } }),
    ]);
    const [sandboxes, observed] = await Promise.all([
      Promise.all(items.map((sandbox) => this.#sandbox(sandbox))),
      Promise.all(containers.map(({ id, podSandboxId }) => this.#container(id, podSandboxId))),
    ]);
    const known = new Set(containers.map(({ id }) => id));
    for (const id of this.#ended.keys()) if (!known.has(id)) this.#ended.delete(id);
    return {
      sandboxes: sandboxes.toSorted((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt),
      containers: observed
        .flatMap((container) => container ?? [])
        .toSorted((a, b) => b.restartCount - a.restartCount || b.createdAt - a.createdAt),
    };
  }

  async #sandbox({ id, state, metadata, createdAt }: PodSandbox): Promise<ObservedSandbox> {
    const ready = state === "SANDBOX_READY";
    const ips = ready ? (this.#addresses.get(id) ?? (await this.#readAddresses(id))) : [];
    if (ips.length > 0) this.#addresses.set(id, ips);
    return { id, ready, attempt: metadata?.attempt ?? 0, createdAt: createdAt / NS_PER_MS, ips };
  }

  async #readAddresses(podSandboxId: string): Promise<readonly string[]> {
    const status = await orGone(this.#runtime.podSandboxStatus({ podSandboxId }));
    const network = status?.status?.network;
    if (!network?.ip) return [];
    return [network.ip, ...network.additionalIps.map(({ ip }) => ip)];
  }

  async #container(id: string, sandboxId: string): Promise<ObservedContainer | undefined> {
    const ended = this.#ended.get(id);
    if (ended) return ended;
    const answer = await orGone(this.#runtime.containerStatus({ containerId: id }));
    if (!answer?.status) return undefined;
    const container = await fromStatus(answer.status, sandboxId);
    if (container.state === "exited") this.#ended.set(id, container);
    return container;
  }
}

async function fromStatus(status: ContainerStatus, sandboxId: string): Promise<ObservedContainer> {
  const state = STATES[status.state];
  return {
    id: status.id,
    name: status.labels[label.containerName] ?? status.metadata?.name ?? "",
    sandboxId,
    state,
    restartCount: Number(status.annotations[annotation.restartCount] ?? status.metadata?.attempt ?? 0),
    hash: status.annotations[annotation.hash] ?? "",
    image: status.image?.userSpecifiedImage || status.image?.image || "",
    imageRef: status.imageRef || status.imageId,
    createdAt: status.createdAt / NS_PER_MS,
    startedAt: status.startedAt / NS_PER_MS,
    finishedAt: status.finishedAt / NS_PER_MS,
    exitCode: status.exitCode,
    reason: status.reason,
    message: state === "exited" ? await lastWords(status) : "",
    logPath: status.logPath,
  };
}

async function lastWords(status: ContainerStatus): Promise<string> {
  const file = status.annotations[annotation.terminationMessagePath];
  const written = file ? await messageFromFile(file) : "";
  if (written || status.exitCode === 0) return written || status.message;
  const useLog = status.annotations[annotation.terminationMessagePolicy] === "FallbackToLogsOnError";
  return (useLog ? await messageFromLog(status.logPath) : "") || status.message;
}

/** A container or sandbox may go between being listed and being looked at. */
async function orGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CriError && error.code === criCode.notFound) return undefined;
    throw error;
  }
}
