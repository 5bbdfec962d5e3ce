/** A container in the shapes Docker gives it: what `inspect` and `ps` show. Pure. */
import type {
  Container,
  ContainerMount,
  Health,
  NetworkAttachment,
  PortPublication,
  UserNetwork,
  Volume,
} from "@skiff/engine";
import { displayName } from "../images/display-name.ts";
import { endpointShape, networkName } from "../networks/network-shape.ts";
import { humanDuration } from "./human-duration.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

/** What else there is that a container's description names. */
export interface Surroundings {
  readonly volumes: readonly Volume[];
  readonly networks: readonly UserNetwork[];
}

/** The answer of GET /containers/{id}/json. */
export function inspectShape(
  container: Container,
  { execIds, volumes, networks }: Surroundings & { readonly execIds: readonly string[] },
): object {
  const { spec, exit } = container;
  const [path = "", ...args] = container.command;
  const running = ["running", "paused", "restarting"].includes(container.state);
  return {
    Id: container.id,
    Created: time(container.createdAt),
    Path: path,
    Args: args,
    State: {
      Status: container.state,
      Running: running,
      Paused: container.state === "paused",
      Restarting: container.state === "restarting",
      OOMKilled: exit?.oom === true,
      Dead: false,
      Pid: container.pid ?? 0,
      ExitCode: exit?.code ?? 0,
      Error: container.error ?? "",
      StartedAt: time(container.startedAt),
      FinishedAt: time(container.finishedAt),
      ...(container.health ? { Health: healthShape(container.health) } : {}),
    },
    Image: container.imageId,
    ResolvConfPath: "",
    HostnamePath: "",
    HostsPath: "",
    LogPath: container.logPath,
    Name: `/${container.name}`,
    RestartCount: container.restarts ?? 0,
    Driver: "overlayfs",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: "",
    ExecIDs: execIds.length === 0 ? null : execIds,
    HostConfig: hostConfig(container, networks),
    GraphDriver: { Name: "overlayfs", Data: null },
    Mounts: mounts(container, volumes),
    Config: {
      Hostname: spec.hostname ?? container.id.slice(0, 12),
      Domainname: "",
      User: spec.user ?? "",
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      Tty: spec.tty === true,
      OpenStdin: spec.stdin === true,
      StdinOnce: spec.stdinOnce === true,
      Env: spec.env ?? [],
      Cmd: spec.args ?? null,
      Image: imageOf(container),
      Volumes: null,
      WorkingDir: spec.cwd ?? "",
      Entrypoint: spec.entrypoint ?? null,
      Labels: spec.labels ?? {},
      ...(spec.stopSignal === undefined ? {} : { StopSignal: spec.stopSignal }),
    },
    NetworkSettings: {
      Bridge: "",
      SandboxID: "",
      SandboxKey: "",
      Ports: portMap(spec.ports),
      ...mainAddress(container),
      Networks: networksOf(container, networks),
    },
  };
}

/** One entry of GET /containers/json. */
export function summaryShape(container: Container, { volumes, networks }: Surroundings, now: number): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: imageOf(container),
    ImageID: container.imageId,
    Command: container.command.join(" "),
    Created: Math.floor(container.createdAt / 1000),
    Ports: (container.spec.ports ?? []).map((port) => ({
      IP: port.hostIp ?? "0.0.0.0",
      PrivatePort: port.containerPort,
      PublicPort: port.hostPort,
      Type: port.protocol,
    })),
    Labels: container.spec.labels ?? {},
    State: container.state,
    Status: statusText(container, now),
    HostConfig: { NetworkMode: networkMode(container, networks) },
    NetworkSettings: { Networks: networksOf(container, networks) },
    Mounts: mounts(container, volumes),
  };
}

function healthShape({ status, failingStreak, log }: Health): object {
  return {
    Status: status,
    FailingStreak: failingStreak,
    Log: log.map(({ start, end, exitCode, output }) => ({
      ...{ Start: time(start), End: time(end), ExitCode: exitCode, Output: output },
    })),
  };
}

const HEALTH = { starting: " (health: starting)", healthy: " (healthy)", unhealthy: " (unhealthy)" } as const;

function statusText({ state, startedAt = 0, finishedAt = 0, exit, health }: Container, now: number): string {
  switch (state) {
    case "created":
      return "Created";
    case "running":
      return `Up ${humanDuration(now - startedAt)}${health ? HEALTH[health.status] : ""}`;
    case "paused":
      return `Up ${humanDuration(now - startedAt)} (Paused)`;
    case "restarting":
      return `Restarting (${exit?.code ?? 0}) ${humanDuration(now - finishedAt)} ago`;
    case "exited":
      return `Exited (${exit?.code ?? 0}) ${humanDuration(now - finishedAt)} ago`;
  }
}

function hostConfig(container: Container, networks: readonly UserNetwork[]): object {
  const { spec } = container;
  const { resources, security, restart } = spec;
  return {
    Binds: (spec.mounts ?? [])
      .filter(({ type, source }) => type === "bind" || (type === "volume" && source !== undefined))
      .map(({ source, target, readonly }) => `${source}:${target}${readonly ? ":ro" : ""}`),
    ContainerIDFile: "",
    LogConfig: { Type: spec.log === "none" ? "none" : "json-file", Config: {} },
    NetworkMode: networkMode(container, networks),
    PortBindings: portMap(spec.ports),
    RestartPolicy: { Name: restart?.name ?? "no", MaximumRetryCount: restart?.maximumRetryCount ?? 0 },
    AutoRemove: spec.autoRemove === true,
    CapAdd: security?.capAdd ?? null,
    CapDrop: security?.capDrop ?? null,
    Dns: spec.dns?.servers ?? [],
    DnsOptions: spec.dns?.options ?? [],
    DnsSearch: spec.dns?.searches ?? [],
    ExtraHosts: (spec.extraHosts ?? []).map(({ name, address }) => `${name}:${address}`),
    IpcMode: spec.ipc === "host" ? "host" : "private",
    PidMode: spec.pid === "host" ? "host" : "",
    Privileged: security?.privileged === true,
    ReadonlyRootfs: security?.readonlyRootfs === true,
    ShmSize: spec.shmSize ?? 64 * 2 ** 20,
    Memory: resources?.memory ?? 0,
    MemorySwap: resources?.memorySwap ?? 0,
    CpuShares: resources?.cpuShares ?? 0,
    CpuPeriod: resources?.cpuPeriod ?? 0,
    CpuQuota: resources?.cpuQuota ?? 0,
    CpusetCpus: resources?.cpusetCpus ?? "",
    PidsLimit: resources?.pids || null,
    Runtime: "runc",
  };
}

function mounts({ spec }: Container, volumes: readonly Volume[]): object[] {
  return (spec.mounts ?? []).map((mount) => {
    if (mount.type !== "volume") return bindShape(mount);
    const volume = volumes.find(({ name }) => name === mount.source);
    return {
      ...{ Type: "volume", Name: mount.source, Source: volume?.mountpoint ?? "", Destination: mount.target },
      ...{ Driver: "local", Mode: mount.readonly ? "ro" : "z", RW: mount.readonly !== true, Propagation: "" },
    };
  });
}

function bindShape(mount: ContainerMount): object {
  return {
    Type: mount.type,
    Source: mount.source ?? "",
    Destination: mount.target,
    Mode: mount.readonly ? "ro" : "",
    RW: mount.readonly !== true,
    Propagation: mount.type === "bind" ? "rprivate" : "",
  };
}

// Docker repeats the default network's endpoint at the top.
function mainAddress({ endpoints = [] }: Container): object {
  const main = endpoints.find(({ network }) => network === "bridge");
  return {
    IPAddress: main?.address ?? "",
    IPPrefixLen: main?.prefixLength ?? 0,
    Gateway: main?.gateway ?? "",
    MacAddress: main?.hardwareAddress ?? "",
  };
}

function networksOf(container: Container, networks: readonly UserNetwork[]): object {
  const { network = "bridge" } = container.spec;
  if (network === "host" || network === "none") return { [network]: endpointShape(container, network, undefined) };
  if (typeof network === "object" && !("networks" in network)) return {};
  const attachments: readonly NetworkAttachment[] = network === "bridge" ? [{ network: "bridge" }] : network.networks;
  return Object.fromEntries(
    attachments.map((attachment) => [
      networkName(attachment.network, networks),
      endpointShape(container, attachment.network, attachment),
    ]),
  );
}

function networkMode({ spec }: Container, networks: readonly UserNetwork[]): string {
  const { network = "bridge" } = spec;
  if (typeof network === "string") return network;
  if ("networks" in network) return networkName(network.networks[0]?.network ?? "none", networks);
  return `container:${"container" in network ? network.container : network.sandbox}`;
}

function portMap(ports: readonly PortPublication[] = []): object {
  const map: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { containerPort, protocol, hostIp = "0.0.0.0", hostPort } of ports) {
    const key = `${containerPort}/${protocol}`;
    map[key] = [...(map[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
  }
  return map;
}

function imageOf({ spec, imageId }: Container): string {
  return "image" in spec.root ? displayName(spec.root.image, "short") : imageId;
}

function time(milliseconds: number | undefined): string {
  return milliseconds === undefined ? ZERO_TIME : new Date(milliseconds).toISOString();
}
