/** The configuration halves of a container's description: what was asked for, completed by the image and by defaults. Pure. */
import type { Container, OciProcessConfig, PortPublication, UserNetwork } from "@skiff/engine";
import { displayName } from "../images/display-name.ts";
import { networkName } from "../networks/network-shape.ts";

const MASKED_PATHS = [
  ...["/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats"],
  ...["/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi"],
  ...["/sys/firmware", "/sys/devices/virtual/powercap"],
];
const READONLY_PATHS = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** `Config`: fields a client left out come from the image. */
export function configShape(container: Container, image: OciProcessConfig = {}): object {
  const { spec } = container;
  const asked = spec.asked?.Config ?? {};
  const own = spec.env ?? [];
  const named = new Set(own.map((entry) => entry.split("=", 1)[0]));
  const fields = image as Readonly<Record<string, unknown>>;
  const ports = { ...(fields.ExposedPorts as object | undefined), ...(asked.ExposedPorts as object | undefined) };
  const published = Object.keys((spec.asked?.HostConfig?.PortBindings as object | undefined) ?? {});
  const exposed = { ...ports, ...Object.fromEntries(published.map((port) => [port, {}])) };
  const healthcheck = asked.Healthcheck ?? fields.Healthcheck;
  const stopSignal = spec.stopSignal ?? fields.StopSignal;
  return {
    Hostname: spec.hostname ?? container.id.slice(0, 12),
    Domainname: asked.Domainname ?? "",
    User: spec.user ?? image.User ?? "",
    AttachStdin: asked.AttachStdin ?? false,
    AttachStdout: asked.AttachStdout ?? false,
    AttachStderr: asked.AttachStderr ?? false,
    ...(Object.keys(exposed).length === 0 ? {} : { ExposedPorts: exposed }),
    Tty: spec.tty === true,
    OpenStdin: spec.stdin === true,
    StdinOnce: spec.stdinOnce === true,
    Env: [...own, ...(image.Env ?? []).filter((entry) => !named.has(entry.split("=", 1)[0]))],
    Cmd: spec.args ?? (spec.entrypoint === undefined ? (image.Cmd ?? null) : null),
    ...(healthcheck === undefined || healthcheck === null ? {} : { Healthcheck: healthcheck }),
    Image: imageOf(container),
    Volumes: asked.Volumes ?? fields.Volumes ?? null,
    WorkingDir: spec.cwd ?? image.WorkingDir ?? "",
    Entrypoint: spec.entrypoint ?? image.Entrypoint ?? null,
    OnBuild: null,
    Labels: { ...image.Labels, ...spec.labels },
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
    ...(asked.StopTimeout === undefined ? {} : { StopTimeout: asked.StopTimeout }),
  };
}

/** `HostConfig`: as asked for, with today's limits. */
export function hostConfigShape(container: Container, networks: readonly UserNetwork[]): object {
  const { spec } = container;
  const { resources, security, restart } = spec;
  const asked = spec.asked?.HostConfig ?? {};
  const nanoCpus = Number(asked.NanoCpus ?? 0);
  return {
    ...defaults(container),
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null)),
    // The default network has a name, by which dockerd shows it.
    NetworkMode: asked.NetworkMode === "default" ? "bridge" : asked.NetworkMode || networkMode(container, networks),
    Links: linksOf(container),
    // Docker Compose sends it empty where the file does not speak of it.
    CgroupnsMode: asked.CgroupnsMode || "private",
    LogConfig: logConfig(container),
    RestartPolicy: { Name: restart?.name ?? "no", MaximumRetryCount: restart?.maximumRetryCount ?? 0 },
    IpcMode: asked.IpcMode || (spec.ipc === "host" ? "host" : "private"),
    ShmSize: spec.shmSize ?? 64 * 2 ** 20,
    Runtime: "runc",
    Memory: resources?.memory ?? 0,
    MemorySwap: resources?.memorySwap || 2 * (resources?.memory ?? 0),
    CpuShares: resources?.cpuShares ?? 0,
    CpuPeriod: nanoCpus > 0 ? 0 : (resources?.cpuPeriod ?? 0),
    CpuQuota: nanoCpus > 0 ? 0 : (resources?.cpuQuota ?? 0),
    NanoCpus: nanoCpus > 0 ? Math.round(((resources?.cpuQuota ?? 0) / (resources?.cpuPeriod ?? 100_000)) * 1e9) : 0,
    CpusetCpus: resources?.cpusetCpus ?? "",
    PidsLimit: resources?.pids || null,
    MaskedPaths: security?.privileged ? null : (security?.maskedPaths ?? MASKED_PATHS),
    ReadonlyPaths: security?.privileged ? null : (security?.readonlyPaths ?? READONLY_PATHS),
  };
}

/** What containers show that were not made through this API, or by clients that sent no such field. */
function defaults({ spec }: Container): object {
  const named = (spec.mounts ?? []).filter(
    ({ type, source }) => type === "bind" || (type === "volume" && source !== undefined),
  );
  const binds = named.map(({ source, target, readonly }) => `${source}:${target}${readonly ? ":ro" : ""}`);
  return {
    ...{
      Binds: spec.asked || binds.length === 0 ? null : binds,
      ContainerIDFile: "",
      PortBindings: portMap(spec.ports),
    },
    ...{ AutoRemove: spec.autoRemove === true, VolumeDriver: "", VolumesFrom: null, ConsoleSize: [0, 0] },
    ...{ CapAdd: spec.security?.capAdd ?? null, CapDrop: spec.security?.capDrop ?? null },
    ...{ Dns: spec.dns?.servers ?? [], DnsOptions: spec.dns?.options ?? [], DnsSearch: spec.dns?.searches ?? [] },
    ExtraHosts: spec.extraHosts?.map(({ name, address }) => `${name}:${address}`) ?? null,
    ...{ GroupAdd: null, Cgroup: "", Links: null, OomScoreAdj: 0, PidMode: spec.pid === "host" ? "host" : "" },
    ...{ Privileged: spec.security?.privileged === true, PublishAllPorts: false },
    ...{ ReadonlyRootfs: spec.security?.readonlyRootfs === true, SecurityOpt: null, UTSMode: "", UsernsMode: "" },
    ...{ Isolation: "", CgroupParent: "", BlkioWeight: 0, BlkioWeightDevice: [], BlkioDeviceReadBps: [] },
    ...{ BlkioDeviceWriteBps: [], BlkioDeviceReadIOps: [], BlkioDeviceWriteIOps: [], CpuRealtimePeriod: 0 },
    ...{ CpuRealtimeRuntime: 0, CpusetMems: "", Devices: [], DeviceCgroupRules: null, DeviceRequests: null },
    ...{ MemoryReservation: 0, MemorySwappiness: null, OomKillDisable: false, Ulimits: null, CpuCount: 0 },
    ...{ CpuPercent: 0, IOMaximumIOps: 0, IOMaximumBandwidth: 0 },
  };
}

function linksOf({ spec, name }: Container): string[] | null {
  const asked = (spec.asked?.HostConfig?.Links ?? []) as readonly unknown[];
  const links = asked.map((text) => {
    const [container = "", alias = container] = String(text).split(":");
    return `/${container.replace(/^\//, "")}:/${name}/${alias}`;
  });
  return links.length === 0 ? null : links;
}

function logConfig({ spec }: Container): object {
  const asked = spec.asked?.HostConfig?.LogConfig as { readonly Config?: object } | undefined;
  return { Type: spec.log === "none" ? "none" : "json-file", Config: asked?.Config ?? {} };
}

/** What `NetworkMode` says of a container. */
export function networkMode({ spec }: Container, networks: readonly UserNetwork[]): string {
  const { network = "bridge" } = spec;
  if (typeof network === "string") return network;
  if ("networks" in network) return networkName(network.networks[0]?.network ?? "none", networks);
  return `container:${"container" in network ? network.container : network.sandbox}`;
}

/** Published ports by the port inside. */
export function portMap(ports: readonly PortPublication[] = []): object {
  const map: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { containerPort, protocol, hostIp = "0.0.0.0", hostPort } of ports) {
    const key = `${containerPort}/${protocol}`;
    map[key] = [...(map[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
  }
  return map;
}

/** The name that a container shows its image under. */
export function imageOf({ spec, imageId }: Container): string {
  return "image" in spec.root ? displayName(spec.root.image, "short") : imageId;
}
