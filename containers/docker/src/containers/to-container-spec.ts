/** From the body of a create request to what the engine runs. Pure; throws 400 for what cannot be, 501 for what is not supported. */
import type {
  BlockLimits,
  ContainerMount,
  ContainerSpec,
  DeviceRule,
  NamespaceMode,
  NetworkMode,
  PortPublication,
} from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";
import type { Reader } from "../http/reader.ts";
import { attachment } from "../networks/attachment.ts";
import { parseMounts } from "./parse-mounts.ts";
import { securityOptions } from "./security-options.ts";

/** Translates a request for a container of `image`. */
export function toContainerSpec(body: Reader, image: string): ContainerSpec {
  const host = body.object("HostConfig");
  const restart = host.object("RestartPolicy");
  const restartName = restart.text("Name") || "no";
  if (!isRestartName(restartName))
    throw new DockerError(400, `invalid restart policy: unknown policy '${restartName}'`);
  const autoRemove = host.flag("AutoRemove");
  if (autoRemove && restartName !== "no")
    throw new DockerError(400, "can't create 'AutoRemove' container with restart policy");
  return {
    root: { image },
    entrypoint: emptyAsUnset(body.strings("Entrypoint")),
    args: emptyAsUnset(body.strings("Cmd")),
    env: body.strings("Env"),
    cwd: body.text("WorkingDir") || undefined,
    user: body.text("User") || undefined,
    groups: host.strings("GroupAdd"),
    mounts: parseMounts(host, body.keys("Volumes")) satisfies readonly ContainerMount[],
    resources: resources(host),
    cgroupParent: host.text("CgroupParent") || undefined,
    network: networkMode(host.text("NetworkMode") ?? "", {
      endpoints: body.object("NetworkingConfig").object("EndpointsConfig"),
      mac: body.text("MacAddress") ?? "",
    }),
    pid: namespaceMode("PidMode", host.text("PidMode") ?? ""),
    ipc: host.text("IpcMode") === "none" ? "none" : namespaceMode("IpcMode", host.text("IpcMode") ?? ""),
    uts: host.text("UTSMode") === "host" ? "host" : undefined,
    users: host.text("UsernsMode") === "host" ? undefined : "remapped",
    ports: ports(host),
    hostname: body.text("Hostname") || undefined,
    domainname: body.text("Domainname") || undefined,
    dns: { servers: host.strings("Dns"), searches: host.strings("DnsSearch"), options: host.strings("DnsOptions") },
    extraHosts: host.strings("ExtraHosts")?.map(extraHost),
    init: host.flag("Init") || undefined,
    tty: body.flag("Tty"),
    terminalSize: terminalSize(host),
    stdin: body.flag("OpenStdin"),
    stdinOnce: body.flag("StdinOnce"),
    labels: body.map("Labels"),
    log: host.object("LogConfig").text("Type") === "none" ? "none" : undefined,
    restart: { name: restartName, maximumRetryCount: restart.number("MaximumRetryCount") },
    autoRemove,
    security: security(host),
    devices: host.objects("Devices").map((device) => ({
      hostPath: device.text("PathOnHost") ?? "",
      containerPath: device.text("PathInContainer") || (device.text("PathOnHost") ?? ""),
      permissions: device.text("CgroupPermissions") || "rwm",
    })),
    deviceRules: host.strings("DeviceCgroupRules")?.map(deviceRule),
    rlimits: host.objects("Ulimits").map((limit) => ({
      type: `RLIMIT_${(limit.text("Name") ?? "").toUpperCase()}`,
      soft: limit.number("Soft") ?? 0,
      hard: limit.number("Hard") ?? 0,
    })),
    sysctls: host.map("Sysctls"),
    stopSignal: body.text("StopSignal") || undefined,
    stopTimeout: body.number("StopTimeout"),
    healthcheck: healthcheck(body.object("Healthcheck")),
    shmSize: host.number("ShmSize") || undefined,
  };
}

function deviceRule(text: string): DeviceRule {
  const [, type, major, minor, access = ""] = /^([abc]) (\d{1,9}|\*):(\d{1,9}|\*) ([rwm]{1,3})$/.exec(text) ?? [];
  if (type === undefined) throw new DockerError(400, `invalid device cgroup rule format: '${text}'`);
  const number = (part: string | undefined) => (part === "*" || part === undefined ? undefined : Number(part));
  return { type: type as DeviceRule["type"], major: number(major), minor: number(minor), access };
}

/** The first size of a terminal, which a request gives as height and width; undefined where it does not. */
export function terminalSize(body: Reader): ContainerSpec["terminalSize"] {
  const [height = 0, width = 0] = body.numbers("ConsoleSize") ?? [];
  const isSize = [height, width].every((each) => Number.isInteger(each) && each > 0 && each < 2 ** 16);
  return isSize ? { width, height } : undefined;
}

const NANOSECONDS_PER_MILLISECOND = 1e6;

function healthcheck(check: Reader): ContainerSpec["healthcheck"] {
  if (check.entries().length === 0) return undefined;
  const milliseconds = (name: string): number => {
    const value = check.number(name) ?? 0;
    if (value !== 0 && value < NANOSECONDS_PER_MILLISECOND)
      throw new DockerError(400, `${name} in Healthcheck cannot be less than 1ms`);
    return value / NANOSECONDS_PER_MILLISECOND;
  };
  const retries = check.number("Retries") ?? 0;
  if (retries < 0) throw new DockerError(400, "Retries in Healthcheck cannot be negative");
  return {
    ...{ test: check.strings("Test"), retries, interval: milliseconds("Interval"), timeout: milliseconds("Timeout") },
    ...{ startPeriod: milliseconds("StartPeriod"), startInterval: milliseconds("StartInterval") },
  };
}

const PERIOD = 100_000;

/** The limits in a HostConfig, or in the body of an update. */
export function resources(host: Reader): ContainerSpec["resources"] {
  const nanoCpus = host.number("NanoCpus") ?? 0;
  const quota = nanoCpus > 0 ? Math.round((nanoCpus * PERIOD) / 1e9) : host.number("CpuQuota");
  return {
    memory: host.number("Memory"),
    memorySwap: host.number("MemorySwap"),
    memoryReservation: host.number("MemoryReservation"),
    oomKillDisable: host.flag("OomKillDisable") || undefined,
    cpuShares: host.number("CpuShares"),
    cpuQuota: quota,
    cpuPeriod: nanoCpus > 0 ? PERIOD : host.number("CpuPeriod"),
    cpusetCpus: host.text("CpusetCpus") || undefined,
    cpusetMems: host.text("CpusetMems") || undefined,
    pids: Math.max(host.number("PidsLimit") ?? 0, 0),
    oomScoreAdj: host.number("OomScoreAdj"),
    block: blockLimits(host),
  };
}

function blockLimits(host: Reader): BlockLimits | undefined {
  const rates = (name: string) =>
    host.objects(name).map((each) => ({ path: each.text("Path") ?? "", rate: each.number("Rate") ?? 0 }));
  const weight = host.number("BlkioWeight") || undefined;
  const lists = {
    weightDevices: host
      .objects("BlkioWeightDevice")
      .map((each) => ({ path: each.text("Path") ?? "", weight: each.number("Weight") ?? 0 })),
    ...{ readBps: rates("BlkioDeviceReadBps"), writeBps: rates("BlkioDeviceWriteBps") },
    ...{ readIops: rates("BlkioDeviceReadIOps"), writeIops: rates("BlkioDeviceWriteIOps") },
  };
  const isLimited = weight !== undefined || Object.values(lists).some((list) => list.length > 0);
  return isLimited ? { weight, ...lists } : undefined;
}

function security(host: Reader): ContainerSpec["security"] {
  return {
    privileged: host.flag("Privileged"),
    capAdd: host.strings("CapAdd"),
    capDrop: host.strings("CapDrop"),
    ...securityOptions(host.strings("SecurityOpt") ?? []),
    readonlyRootfs: host.flag("ReadonlyRootfs"),
    maskedPaths: host.strings("MaskedPaths"),
    readonlyPaths: host.strings("ReadonlyPaths"),
  };
}

/** `mac` is for the first network: clients before version 1.44 of the API know no other way. */
function networkMode(text: string, { endpoints, mac }: { endpoints: Reader; mac: string }): NetworkMode {
  if (text === "host" || text === "none") return text;
  if (text.startsWith("container:")) return { container: text.slice("container:".length) };
  const first = text === "" || text === "default" ? "bridge" : text;
  const names = [
    first,
    ...endpoints.entries().flatMap(([name]) => (name === first || name === "default" ? [] : [name])),
  ];
  const settings = endpoints.object(endpoints.entries().some(([name]) => name === "default") ? "default" : first);
  if (names.length === 1 && first === "bridge" && (settings.text("MacAddress") || mac) === "") return "bridge";
  const networks = names.map((network, at) =>
    attachment(network, at === 0 ? settings : endpoints.object(network), at === 0 ? mac : ""),
  );
  return { networks };
}

function namespaceMode(name: string, text: string): NamespaceMode | undefined {
  if (text === "host") return "host";
  if (text === "" || text === "private" || text === "shareable") return undefined;
  if (text.startsWith("container:")) return { container: text.slice("container:".length) };
  throw new DockerError(400, `invalid ${name}: ${text}`);
}

function ports(host: Reader): PortPublication[] {
  return host
    .object("PortBindings")
    .entries()
    .flatMap(([key, bindings]) => {
      const [, port, protocol = "tcp"] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(key) ?? [];
      if (port === undefined) throw new DockerError(400, `invalid port specification: ${JSON.stringify(key)}`);
      const list: unknown[] = Array.isArray(bindings) ? bindings : [];
      return list.map((binding) => {
        const { HostIp = "", HostPort = "" } = binding as { HostIp?: unknown; HostPort?: unknown };
        if (!/^\d{0,5}$/.test(String(HostPort)) || Number(HostPort) > 65_535)
          throw new DockerError(400, `invalid port specification: ${JSON.stringify(HostPort)}`);
        const published = {
          hostPort: Number(HostPort),
          containerPort: Number(port),
          protocol: protocol as PortPublication["protocol"],
        };
        return HostIp === "" ? published : { ...published, hostIp: String(HostIp) };
      });
    });
}

function extraHost(text: string): { name: string; address: string } {
  const [, name = "", address = ""] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
  if (name === "") throw new DockerError(400, `invalid value for extra host: ${JSON.stringify(text)}`);
  return { name, address };
}

// [""] is how the CLI says "no entrypoint".
function emptyAsUnset(words: string[] | undefined): string[] | undefined {
  return words === undefined || words.length === 0 ? undefined : words.length === 1 && words[0] === "" ? [] : words;
}

/** Whether a text is a restart policy. */
export function isRestartName(text: string): text is "no" | "always" | "on-failure" | "unless-stopped" {
  return ["no", "always", "on-failure", "unless-stopped"].includes(text);
}
