import type { Cgroups } from "@skiff/linux";
import { EventStream } from "../containers/event-stream.ts";
import type { Container, Containers } from "../containers.ts";
import { CriError, criCode } from "../cri-error.ts";
import { EngineError, isEngineError } from "../engine-error.ts";
import type * as cri from "../generated/cri.ts";
import type { ImageStore } from "../image-store.ts";
import type { Networks } from "../networks.ts";
import { readSeccompProfile } from "../runtime/read-seccomp-profile.ts";
import type { Sandbox, Sandboxes } from "../sandboxes.ts";
import type { Snapshots } from "../snapshots.ts";
import { answer, nanoseconds, unimplemented } from "./answer.ts";
import { attribute, containerSpec, resourcesOf, seccompFile } from "./container-config.ts";
import { execSync } from "./exec-sync.ts";
import { containerStats, sandboxStats } from "./stats.ts";
import {
  containerInfo,
  isCri,
  sandboxInfo,
  sandboxOf,
  toContainerStatus,
  toCriContainer,
  toPodSandbox,
  toPodSandboxStatus,
} from "./status.ts";

export interface RuntimeServiceDeps {
  readonly containers: Containers & { prepare(id: string): Promise<void> };
  readonly sandboxes: Sandboxes;
  readonly images: ImageStore;
  readonly snapshots: Snapshots;
  readonly networks: Networks;
  readonly cgroups: Cgroups;
  readonly runDir: string;
}

/** The CRI RuntimeService over the engine's sandboxes and containers. */
export function createRuntimeService(deps: RuntimeServiceDeps): cri.RuntimeService {
  const { containers, sandboxes, images, networks } = deps;
  const sandboxEvents = new EventStream<cri.ContainerEventResponse>();

  const requireSandbox = async (id = ""): Promise<Sandbox> => {
    const found = await sandboxes.get(id);
    if (!found) throw new EngineError("not-found", `Cannot find sandbox ${id}`);
    return found;
  };
  const requireContainer = async (id = ""): Promise<Container> => {
    const found = await containers.get(id);
    if (!found) throw new EngineError("not-found", `Cannot find container ${id}`);
    return found;
  };
  const statusesIn = async (sandbox: string): Promise<cri.ContainerStatus[]> =>
    (await containers.list({ sandbox })).map(toContainerStatus);
  const announce = async (type: cri.ContainerEventType, id: string, sandbox: Sandbox | undefined): Promise<void> => {
    sandboxEvents.emit({
      containerId: id,
      containerEventType: type,
      createdAt: nanoseconds(Date.now()),
      podSandboxStatus: sandbox && toPodSandboxStatus(sandbox),
      containersStatuses: sandbox ? await statusesIn(sandbox.id) : [],
    });
  };
  const listContainers: cri.RuntimeService["listContainers"] = ({ filter }) =>
    answer(async () => {
      const all = await containers.list({
        labels: filter?.labelSelector ?? {},
        ...(filter?.podSandboxId ? { sandbox: filter.podSandboxId } : {}),
      });
      const found = all.filter(isCri).map(toCriContainer);
      const state = filter?.state?.state;
      return {
        containers: found.filter(
          (c) => (!filter?.id || c.id.startsWith(filter.id)) && (state === undefined || c.state === state),
        ),
      };
    });
  const listPodSandbox: cri.RuntimeService["listPodSandbox"] = ({ filter }) =>
    answer(async () => {
      const found = (await sandboxes.list()).map(toPodSandbox);
      const state = filter?.state?.state;
      const labels = Object.entries(filter?.labelSelector ?? {});
      return {
        items: found.filter(
          (pod) =>
            (!filter?.id || pod.id.startsWith(filter.id)) &&
            (state === undefined || pod.state === state) &&
            labels.every(([key, value]) => pod.labels[key] === value),
        ),
      };
    });
  const statsOf = async (wanted: (c: Container) => boolean): Promise<cri.ContainerStats[]> => {
    const running = (await containers.list({ state: "running" })).filter((c) => isCri(c) && wanted(c));
    const all = await Promise.all(
      running.map(async (container) => {
        try {
          return [await containerStats(container, await containers.stats(container.id), deps.snapshots, deps.runDir)];
        } catch (error) {
          // It ended while it was looked at.
          if (isEngineError(error, "conflict") || isEngineError(error, "not-found")) return [];
          throw error;
        }
      }),
    );
    return all.flat();
  };
  const podStatsOf = async (sandbox: Sandbox): Promise<cri.PodSandboxStats> =>
    sandboxStats({
      sandbox,
      cgroups: deps.cgroups,
      networks,
      containers: await statsOf((c) => sandboxOf(c) === sandbox.id),
    });
  const listContainerStats: cri.RuntimeService["listContainerStats"] = ({ filter }) =>
    answer(async () => ({
      stats: await statsOf(
        (c) =>
          (!filter?.id || c.id.startsWith(filter.id)) &&
          (!filter?.podSandboxId || sandboxOf(c) === filter.podSandboxId) &&
          Object.entries(filter?.labelSelector ?? {}).every(([key, value]) => c.spec.labels?.[key] === value),
      ),
    }));
  const listPodSandboxStats: cri.RuntimeService["listPodSandboxStats"] = ({ filter }) =>
    answer(async () => {
      const { items } = await listPodSandbox({ filter: { id: filter?.id, labelSelector: filter?.labelSelector } });
      return { stats: await Promise.all(items.map(async ({ id }) => podStatsOf(await requireSandbox(id)))) };
    });

  return {
    version: async () => ({ version: "0.1.0", runtimeName: "skiff", runtimeVersion: "0.1.0", runtimeApiVersion: "v1" }),
    status: ({ verbose }) =>
      answer(async () => ({
        status: {
          conditions: [
            { type: "RuntimeReady", status: true, reason: "", message: "" },
            { type: "NetworkReady", status: true, reason: "", message: "" },
          ],
        },
        info: verbose
          ? { config: JSON.stringify({ runDir: deps.runDir, podCidr: networks.podCidr(), cgroupDriver: "cgroupfs" }) }
          : {},
        runtimeHandlers: [{ name: "", features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
        features: { supplementalGroupsPolicy: false, userNamespacesHostNetwork: false },
      })),
    runtimeConfig: async () => ({ linux: { cgroupDriver: "CGROUPFS" } }),
    updateRuntimeConfig: ({ runtimeConfig }) =>
      answer(async () => {
        // The node's ranges may come as one per address family.
        const cidr = runtimeConfig?.networkConfig?.podCidr?.split(",").find((each) => !each.includes(":"));
        if (cidr) await networks.setPodCidr(cidr);
        return {};
      }),
    runPodSandbox: ({ config }) =>
      answer(async () => {
        const { name = "", namespace = "", uid = "", attempt = 0 } = config?.metadata ?? {};
        if (!config || !name || !uid)
          throw new EngineError("invalid", "Cannot run a sandbox: metadata.name and metadata.uid are required");
        const options = config.linux?.securityContext?.namespaceOptions;
        // Without the field it is the node's.
        if (options?.usernsOptions?.mode === "POD")
          throw new EngineError("unsupported", "Cannot run a sandbox: user namespaces of Pods are not supported");
        const sandbox = await sandboxes.create({
          name: `${name}_${namespace}_${uid}_${attempt}`,
          network: options?.network === "NODE" ? "host" : "bridge",
          ipc: options?.ipc === "NODE" ? "host" : undefined,
          pid: options?.pid === "NODE" ? "host" : options?.pid === "POD" ? "shared" : undefined,
          hostname: config.hostname || name,
          dns: config.dnsConfig,
          ports: (config.portMappings ?? []).flatMap(({ hostPort = 0, containerPort = 0, protocol = "TCP", hostIp }) =>
            hostPort === 0
              ? []
              : [{ hostPort, containerPort, protocol: protocol.toLowerCase() as "tcp" | "udp" | "sctp", hostIp }],
          ),
          sysctls: config.linux?.sysctls,
          cgroupParent: config.linux?.cgroupParent || undefined,
          resources: resourcesOf(config.linux?.resources),
          labels: config.labels,
          annotations: config.annotations,
          logDirectory: config.logDirectory || undefined,
          attributes: { [attribute.pod]: JSON.stringify({ name, namespace, uid, attempt }) },
        });
        await announce("CONTAINER_CREATED_EVENT", sandbox.id, sandbox);
        await announce("CONTAINER_STARTED_EVENT", sandbox.id, sandbox);
        return { podSandboxId: sandbox.id };
      }),
    stopPodSandbox: ({ podSandboxId = "" }) =>
      answer(async () => {
        const before = await sandboxes.get(podSandboxId);
        await sandboxes.stop(podSandboxId);
        if (before?.state === "ready")
          await announce("CONTAINER_STOPPED_EVENT", before.id, await sandboxes.get(before.id));
        return {};
      }),
    removePodSandbox: ({ podSandboxId = "" }) =>
      answer(async () => {
        const before = await sandboxes.get(podSandboxId);
        await sandboxes.remove(podSandboxId);
        if (before) await announce("CONTAINER_DELETED_EVENT", before.id, undefined);
        return {};
      }),
    podSandboxStatus: ({ podSandboxId, verbose }) =>
      answer(async () => {
        const sandbox = await requireSandbox(podSandboxId);
        return {
          status: toPodSandboxStatus(sandbox),
          info: verbose ? sandboxInfo(sandbox) : {},
          containersStatuses: await statusesIn(sandbox.id),
          timestamp: nanoseconds(Date.now()),
        };
      }),
    listPodSandbox,
    async *streamPodSandboxes({ filter }) {
      const { items } = await listPodSandbox({ filter });
      yield { podSandboxes: items };
    },
    createContainer: ({ podSandboxId, config }) =>
      answer(async () => {
        const sandbox = await requireSandbox(podSandboxId);
        if (sandbox.state !== "ready")
          throw new EngineError("conflict", `Cannot create a container: sandbox ${sandbox.id} is not ready`);
        if (!config) throw new EngineError("invalid", "Cannot create a container: no configuration");
        const image = await images.get(config.image?.image ?? "");
        if (!image)
          throw new EngineError("not-found", `Cannot create a container: no such image ${config.image?.image}`);
        const file = seccompFile(config);
        const profile = file === undefined ? undefined : await readSeccompProfile(file);
        const { id } = await containers.create(containerSpec(config, sandbox, image.id, profile));
        return { containerId: id };
      }),
    startContainer: ({ containerId }) =>
      answer(async () => {
        const { id, name, state } = await requireContainer(containerId);
        if (state !== "created") throw new EngineError("conflict", `Cannot start container ${name}: it is ${state}`);
        await containers.start(id);
        return {};
      }),
    stopContainer: ({ containerId = "", timeout = 0 }) =>
      answer(async () => {
        if (await containers.get(containerId)) await containers.stop(containerId, { timeout });
        return {};
      }),
    removeContainer: ({ containerId = "" }) =>
      answer(async () => {
        if (await containers.get(containerId)) await containers.remove(containerId, { force: true, volumes: true });
        return {};
      }),
    listContainers,
    async *streamContainers({ filter }) {
      yield await listContainers({ filter });
    },
    containerStatus: ({ containerId, verbose }) =>
      answer(async () => {
        const container = await requireContainer(containerId);
        return { status: toContainerStatus(container), info: verbose ? containerInfo(container) : {} };
      }),
    updateContainerResources: ({ containerId = "", linux }) =>
      answer(async () => {
        await containers.update(containerId, resourcesOf(linux));
        return {};
      }),
    reopenContainerLog: ({ containerId = "" }) =>
      answer(async () => {
        await containers.reopenLog(containerId);
        return {};
      }),
    execSync: (request, signal) => answer(() => execSync(containers, request, signal)),
    exec: async () => {
      throw unimplemented("Exec over a URL");
    },
    attach: async () => {
      throw unimplemented("Attach over a URL");
    },
    portForward: async () => {
      throw unimplemented("PortForward over a URL");
    },
    containerStats: ({ containerId = "" }) =>
      answer(async () => {
        const { id } = await requireContainer(containerId);
        const [stats] = await statsOf((c) => c.id === id);
        if (!stats) throw new EngineError("conflict", `Container ${containerId} is not running`);
        return { stats };
      }),
    listContainerStats,
    async *streamContainerStats({ filter }) {
      const { stats } = await listContainerStats({ filter });
      yield { containerStats: stats };
    },
    podSandboxStats: ({ podSandboxId }) =>
      answer(async () => ({ stats: await podStatsOf(await requireSandbox(podSandboxId)) })),
    listPodSandboxStats,
    async *streamPodSandboxStats({ filter }) {
      const { stats } = await listPodSandboxStats({ filter });
      yield { podSandboxStats: stats };
    },
    checkpointContainer: async () => {
      throw unimplemented("CheckpointContainer");
    },
    async *getContainerEvents(_request, signal) {
      const merged = new EventStream<cri.ContainerEventResponse>();
      const over = new AbortController();
      const ended = AbortSignal.any([signal, over.signal]);
      void forward(containers, deps.sandboxes, ended, (event) => merged.emit(event));
      const pods = sandboxEvents.subscribe(ended);
      void (async () => {
        for await (const event of pods) merged.emit(event);
      })();
      try {
        yield* merged.subscribe(ended);
      } finally {
        over.abort();
      }
    },
    listMetricDescriptors: async () => ({ descriptors: [] }),
    listPodSandboxMetrics: async () => ({ podMetrics: [] }),
    async *streamPodSandboxMetrics() {
      yield* [];
    },
    updatePodSandboxResources: async () => {
      throw new CriError(criCode.unimplemented, "UpdatePodSandboxResources: a sandbox has no cgroup of its own");
    },
  };
}

const EVENT_TYPES: Readonly<Record<string, cri.ContainerEventType>> = {
  created: "CONTAINER_CREATED_EVENT",
  started: "CONTAINER_STARTED_EVENT",
  stopped: "CONTAINER_STOPPED_EVENT",
  deleted: "CONTAINER_DELETED_EVENT",
};

async function forward(
  containers: Containers,
  sandboxes: Sandboxes,
  signal: AbortSignal,
  emit: (event: cri.ContainerEventResponse) => void,
): Promise<void> {
  for await (const { type, container, time } of containers.events(signal)) {
    const containerEventType = EVENT_TYPES[type];
    if (containerEventType === undefined || !isCri(container)) continue;
    const sandbox = await sandboxes.get(sandboxOf(container));
    const others = await containers.list({ sandbox: sandboxOf(container) });
    emit({
      containerId: container.id,
      containerEventType,
      createdAt: nanoseconds(time),
      podSandboxStatus: sandbox && toPodSandboxStatus(sandbox),
      containersStatuses: others.map(toContainerStatus),
    });
  }
}
