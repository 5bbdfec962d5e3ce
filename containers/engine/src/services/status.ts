/** The engine's sandboxes and containers in CRI's words. Pure. */
import type { Container } from "../containers.ts";
import type * as cri from "../generated/cri.ts";
import type { Sandbox } from "../sandboxes.ts";
import { nanoseconds } from "./answer.ts";
import { attribute } from "./container-config.ts";

/** What containerd's CRI reports of a container that could not be started, whatever the shell's custom (126, 127). */
const START_ERROR_EXIT = 128;

const STATES = {
  created: "CONTAINER_CREATED",
  running: "CONTAINER_RUNNING",
  restarting: "CONTAINER_EXITED",
  paused: "CONTAINER_RUNNING",
  exited: "CONTAINER_EXITED",
} as const satisfies Record<Container["state"], cri.ContainerState>;

/** The sandbox a container is in; "" when it is in none of CRI's. */
export function sandboxOf({ spec: { network } }: Container): string {
  return typeof network === "object" && "sandbox" in network ? network.sandbox : "";
}

/** True for a container that CRI made. */
export function isCri({ spec: { annotations } }: Container): boolean {
  return annotations?.[attribute.container] !== undefined;
}

function metadataOf({ spec: { annotations } }: Container): cri.ContainerMetadata {
  return JSON.parse(annotations?.[attribute.container] ?? "{}") as cri.ContainerMetadata;
}

function annotationsOf({ spec: { annotations = {} } }: Container): Record<string, string> {
  const { [attribute.container]: _own, ...rest } = annotations;
  return rest;
}

export function podMetadata({ spec: { attributes } }: Sandbox): cri.PodSandboxMetadata {
  return JSON.parse(attributes?.[attribute.pod] ?? "{}") as cri.PodSandboxMetadata;
}

function imageName({ spec: { root } }: Container): string {
  return "image" in root ? root.image : "";
}

export function toCriContainer(container: Container): cri.Container {
  return {
    id: container.id,
    podSandboxId: sandboxOf(container),
    metadata: metadataOf(container),
    image: { image: imageName(container) },
    imageRef: container.imageId,
    imageId: container.imageId,
    state: STATES[container.state],
    createdAt: nanoseconds(container.createdAt),
    labels: container.spec.labels ?? {},
    annotations: annotationsOf(container),
  };
}

export function toContainerStatus(container: Container): cri.ContainerStatus {
  const { exit, error, spec } = container;
  const exited = container.state === "exited";
  const reason = !exited
    ? ""
    : error
      ? "StartError"
      : exit?.oom
        ? "OOMKilled"
        : exit?.code === 0
          ? "Completed"
          : "Error";
  return {
    id: container.id,
    metadata: metadataOf(container),
    state: STATES[container.state],
    createdAt: nanoseconds(container.createdAt),
    startedAt: nanoseconds(container.startedAt),
    // The end is dated by who watches the process, the start by who was told of it: the second may come later.
    finishedAt: exited ? nanoseconds(Math.max(container.finishedAt ?? 0, container.startedAt ?? 0)) : 0,
    exitCode: exited ? (error ? START_ERROR_EXIT : (exit?.code ?? 0)) : 0,
    image: { image: imageName(container) },
    imageRef: container.imageId,
    imageId: container.imageId,
    reason,
    message: error ?? "",
    labels: spec.labels ?? {},
    annotations: annotationsOf(container),
    mounts: (spec.mounts ?? []).map(({ source, target, readonly }) => ({
      hostPath: source,
      containerPath: target,
      readonly,
    })),
    logPath: container.logPath,
    resources: {
      linux: {
        memoryLimitInBytes: spec.resources?.memory,
        cpuShares: spec.resources?.cpuShares,
        cpuQuota: spec.resources?.cpuQuota,
        cpuPeriod: spec.resources?.cpuPeriod,
      },
    },
    stopSignal: "RUNTIME_DEFAULT",
  };
}

/** What `verbose` adds to a container's status: the keys crictl and debuggers look for, in JSON. */
export function containerInfo(container: Container): Record<string, string> {
  const { id, spec, pid = 0, imageId, rootfs, command } = container;
  const { env: _mayBeSecret, ...config } = spec;
  return {
    info: JSON.stringify({ id, sandboxID: sandboxOf(container), pid, image: imageId, rootfs, command, config }),
  };
}

/** What `verbose` adds to a sandbox's status. */
export function sandboxInfo({ id, spec, namespaces, files, addresses }: Sandbox): Record<string, string> {
  return { info: JSON.stringify({ id, pid: 0, namespaces, files, addresses, config: spec }) };
}

export function toPodSandbox(sandbox: Sandbox): cri.PodSandbox {
  return {
    id: sandbox.id,
    metadata: podMetadata(sandbox),
    state: sandbox.state === "ready" ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
    createdAt: nanoseconds(sandbox.createdAt),
    labels: sandbox.spec.labels ?? {},
    annotations: sandbox.spec.annotations ?? {},
    runtimeHandler: "",
  };
}

export function toPodSandboxStatus(sandbox: Sandbox): cri.PodSandboxStatus {
  const { runtimeHandler, ...pod } = toPodSandbox(sandbox);
  const [ip = "", ...additional] = sandbox.addresses;
  const node = sandbox.spec.network === "host";
  return {
    ...pod,
    runtimeHandler,
    network: { ip, additionalIps: additional.map((each) => ({ ip: each })) },
    linux: {
      namespaces: {
        options: {
          network: node ? "NODE" : "POD",
          ipc: sandbox.spec.ipc === "host" ? "NODE" : "POD",
          pid: sandbox.spec.pid === "host" ? "NODE" : sandbox.spec.pid === "shared" ? "POD" : "CONTAINER",
        },
      },
    },
  };
}
