/**
 * A container runtime without processes, for tests of the kubelet's decisions: it keeps CRI's rules (a container needs a ready
 * sandbox, what does not run cannot be stopped or started again, names are unique within a sandbox, changes are told as events) and
 * does what its script says where a real one would run something.
 */
import {
  type ContainerConfig,
  type ContainerEventResponse,
  type ContainerStatus,
  CriError,
  criCode,
  type Image,
  type ImageService,
  type PodSandbox,
  type PodSandboxConfig,
  type RuntimeService,
} from "@skiff/engine/cri";

interface Sandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly createdAt: number;
  readonly ip: string;
  ready: boolean;
}

interface Made {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  status: ContainerStatus;
}

export class ScriptedRuntime {
  /** Names of images that are on the machine. */
  readonly images = new Set<string>(["example.org/app:1"]);
  /** What pulling an image that is not there throws; without an entry it works. */
  readonly pullErrors = new Map<string, string>();
  /** Called when a container has started; may call `exit`. */
  onStart: ((container: { id: string; name: string }) => void) | undefined;
  /** What ExecSync answers. */
  onExec: (cmd: readonly string[]) => number = () => 0;
  /** Every call that changes something, in order, such as `create app` or `stop app 30`. */
  readonly calls: string[] = [];
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, Made>();
  readonly #listeners = new Set<(event: ContainerEventResponse) => void>();
  #serial = 0;

  /** Ends a running container by name, as if its process had exited. */
  exit(name: string, exitCode: number): void {
    const found = this.containers().find((made) => made.name === name && made.state === "CONTAINER_RUNNING");
    if (!found) throw new Error(`no container ${name} runs`);
    this.#end(found.id, exitCode);
  }

  /** Loses every sandbox and container process, as a reboot does. */
  reboot(): void {
    for (const sandbox of this.#sandboxes.values()) sandbox.ready = false;
    for (const { id, status } of this.#containers.values())
      if (status.state === "CONTAINER_RUNNING") this.#end(id, 255);
  }

  sandboxes(): { id: string; ready: boolean; attempt: number }[] {
    return [...this.#sandboxes.values()].map(({ id, ready, config }) => ({
      id,
      ready,
      attempt: config.metadata?.attempt ?? 0,
    }));
  }

  /** Newest last. */
  containers(): { id: string; name: string; state: ContainerStatus["state"]; config: ContainerConfig }[] {
    return [...this.#containers.values()].map(({ id, status, config }) => {
      return { id, name: config.metadata?.name ?? "", state: status.state, config };
    });
  }

  readonly imageService: ImageService = onlyThese<ImageService>({
    imageStatus: async ({ image }) => {
      const name = image?.image ?? "";
      return { ...(this.images.has(name) ? { image: anImage(name) } : {}), info: {} };
    },
    pullImage: async ({ image }) => {
      const name = image?.image ?? "";
      this.calls.push(`pull ${name}`);
      const error = this.pullErrors.get(name);
      if (error) throw new CriError(criCode.notFound, error);
      this.images.add(name);
      return { imageRef: name };
    },
    listImages: async () => ({ images: [...this.images].map(anImage) }),
  });

  readonly runtimeService: RuntimeService = onlyThese<RuntimeService>({
    version: async () => ({ version: "v1", runtimeName: "scripted", runtimeVersion: "1", runtimeApiVersion: "v1" }),
    status: async () => ({
      status: { conditions: [{ type: "NetworkReady", status: true, reason: "", message: "" }] },
      info: {},
      runtimeHandlers: [],
    }),
    updateRuntimeConfig: async () => ({}),
    runPodSandbox: async ({ config = {} }) => {
      const id = `sandbox-${++this.#serial}`;
      this.calls.push("sandbox");
      this.#sandboxes.set(id, { id, config, createdAt: now(), ip: `10.0.0.${this.#serial}`, ready: true });
      return { podSandboxId: id };
    },
    stopPodSandbox: async ({ podSandboxId = "" }) => {
      const sandbox = this.#sandbox(podSandboxId);
      this.calls.push("stop sandbox");
      for (const { id, sandboxId, status } of this.#containers.values()) {
        if (sandboxId === podSandboxId && status.state === "CONTAINER_RUNNING") this.#end(id, 137);
      }
      sandbox.ready = false;
      return {};
    },
    removePodSandbox: async ({ podSandboxId = "" }) => {
      if (this.#sandbox(podSandboxId).ready) throw new CriError(criCode.failedPrecondition, "sandbox is not stopped");
      for (const { id, sandboxId } of this.#containers.values())
        if (sandboxId === podSandboxId) this.#containers.delete(id);
      this.#sandboxes.delete(podSandboxId);
      return {};
    },
    podSandboxStatus: async ({ podSandboxId = "" }) => {
      const { ip, ready, ...sandbox } = this.#sandbox(podSandboxId);
      const state = ready ? ("SANDBOX_READY" as const) : ("SANDBOX_NOTREADY" as const);
      const status = { ...listed({ ip, ready, ...sandbox }), state, network: { ip, additionalIps: [] } };
      return { status, info: {}, containersStatuses: [], timestamp: now() };
    },
    listPodSandbox: async ({ filter }) => {
      const items = [...this.#sandboxes.values()].filter(({ config }) => selects(filter?.labelSelector, config.labels));
      return { items: items.map(listed) };
    },
    createContainer: async ({ podSandboxId = "", config = {} }) => {
      if (!this.#sandbox(podSandboxId).ready) throw new CriError(criCode.failedPrecondition, "sandbox is not ready");
      const { name = "", attempt = 0 } = config.metadata ?? {};
      const taken = [...this.#containers.values()].some(({ sandboxId, config: { metadata } }) => {
        return sandboxId === podSandboxId && metadata?.name === name && metadata.attempt === attempt;
      });
      if (taken) throw new CriError(criCode.alreadyExists, `container ${name} ${attempt} exists`);
      const id = `container-${++this.#serial}`;
      this.calls.push(`create ${name}`);
      this.#containers.set(id, { id, sandboxId: podSandboxId, config, status: created(id, config) });
      return { containerId: id };
    },
    startContainer: async ({ containerId = "" }) => {
      const made = this.#container(containerId);
      if (made.status.state !== "CONTAINER_CREATED")
        throw new CriError(criCode.failedPrecondition, "was started before");
      const name = made.config.metadata?.name ?? "";
      this.calls.push(`start ${name}`);
      made.status = { ...made.status, state: "CONTAINER_RUNNING", startedAt: now() };
      this.#tell(made, "CONTAINER_STARTED_EVENT");
      this.onStart?.({ id: containerId, name });
      return {};
    },
    stopContainer: async ({ containerId = "", timeout = 0 }) => {
      const made = this.#container(containerId);
      this.calls.push(`stop ${made.config.metadata?.name} ${timeout}`);
      if (made.status.state === "CONTAINER_RUNNING") this.#end(containerId, 143);
      return {};
    },
    removeContainer: async ({ containerId = "" }) => {
      this.#container(containerId);
      this.#containers.delete(containerId);
      return {};
    },
    listContainers: async ({ filter }) => {
      const found = [...this.#containers.values()].filter(({ config }) =>
        selects(filter?.labelSelector, config.labels),
      );
      return {
        containers: found.map(({ id, sandboxId, status, config }) => ({
          id,
          podSandboxId: sandboxId,
          metadata: config.metadata,
          imageRef: "",
          imageId: "",
          state: status.state,
          createdAt: status.createdAt,
          labels: config.labels ?? {},
          annotations: config.annotations ?? {},
        })),
      };
    },
    containerStatus: async ({ containerId = "" }) => ({ status: this.#container(containerId).status, info: {} }),
    execSync: async ({ cmd = [] }) => ({
      exitCode: this.onExec(cmd),
      stdout: Buffer.alloc(0),
      stderr: Buffer.from("no"),
    }),
    getContainerEvents: (_, signal) => this.#events(signal),
  });

  async *#events(signal: AbortSignal): AsyncGenerator<ContainerEventResponse> {
    const queue: ContainerEventResponse[] = [];
    let wake = () => {};
    const listener = (event: ContainerEventResponse) => {
      queue.push(event);
      wake();
    };
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => wake(), { once: true });
    while (!signal.aborted) {
      const next = queue.shift();
      if (next) yield next;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    }
    this.#listeners.delete(listener);
  }

  #end(id: string, exitCode: number): void {
    const made = this.#container(id);
    made.status = { ...made.status, state: "CONTAINER_EXITED", exitCode, finishedAt: now() };
    this.#tell(made, "CONTAINER_STOPPED_EVENT");
  }

  #tell(made: Made, containerEventType: ContainerEventResponse["containerEventType"]): void {
    const event = { containerId: made.id, containerEventType, createdAt: now(), containersStatuses: [made.status] };
    for (const listener of this.#listeners) listener(event);
  }

  #sandbox(id: string): Sandbox {
    const found = this.#sandboxes.get(id);
    if (!found) throw new CriError(criCode.notFound, `no sandbox ${id}`);
    return found;
  }

  #container(id: string): Made {
    const found = this.#containers.get(id);
    if (!found) throw new CriError(criCode.notFound, `no container ${id}`);
    return found;
  }
}

/** The methods given; every other one rejects as unimplemented. */
function onlyThese<T extends object>(methods: Partial<T>): T {
  return new Proxy(methods as T, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => Promise.reject(new CriError(criCode.unimplemented, `${String(name)} is not scripted`))),
  });
}

function created(id: string, config: ContainerConfig): ContainerStatus {
  return {
    id,
    metadata: config.metadata,
    state: "CONTAINER_CREATED",
    createdAt: now(),
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    image: config.image,
    imageRef: config.image?.image ?? "",
    imageId: config.image?.image ?? "",
    reason: "",
    message: "",
    labels: config.labels ?? {},
    annotations: config.annotations ?? {},
    mounts: config.mounts ?? [],
    logPath: config.logPath ?? "",
    stopSignal: "RUNTIME_DEFAULT",
  };
}

function listed({ id, config, createdAt, ready }: Sandbox): PodSandbox {
  return {
    id,
    metadata: config.metadata,
    state: ready ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
    createdAt,
    labels: config.labels ?? {},
    annotations: config.annotations ?? {},
    runtimeHandler: "",
  };
}

function anImage(name: string): Image {
  return { id: name, repoTags: [name], repoDigests: [], size: 1, username: "", pinned: false };
}

function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);
}

function now(): number {
  return Date.now() * 1e6;
}
