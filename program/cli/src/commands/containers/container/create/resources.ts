/** Limits of a container: those that `skiff run` and `skiff update` share, and those of devices. */
import { type ParsedFlags, UsageError } from "../../../../docker-client/parse-flags.ts";
import { VerbFailure } from "../../verb.ts";
import { createShort } from "./create-flags.ts";
import { csv, orNull, parseSize, splitAt, Values } from "./values.ts";

/** What `skiff update` can change too. Absent flags are absent fields. Throws UsageError. */
export function updatableResources(flags: ParsedFlags): Record<string, unknown> {
  const values = new Values(flags, { short: createShort });
  return {
    BlkioWeight: flags.number("blkio-weight"),
    CpuPeriod: flags.number("cpu-period"),
    CpuQuota: flags.number("cpu-quota"),
    CpuRealtimePeriod: flags.number("cpu-rt-period"),
    CpuRealtimeRuntime: flags.number("cpu-rt-runtime"),
    CpuShares: flags.number("cpu-shares"),
    NanoCpus: values.nanoCpus("cpus"),
    CpusetCpus: flags.value("cpuset-cpus"),
    CpusetMems: flags.value("cpuset-mems"),
    Memory: values.bytes("memory"),
    MemoryReservation: values.bytes("memory-reservation"),
    MemorySwap: values.bytes("memory-swap"),
    PidsLimit: flags.number("pids-limit"),
  };
}

/** All limits of a new container. Throws UsageError and VerbFailure. */
export function resources(flags: ParsedFlags): Record<string, unknown> {
  const values = new Values(flags, { short: createShort });
  const swappiness = flags.number("memory-swappiness");
  if (swappiness !== undefined && (swappiness < -1 || swappiness > 100))
    throw new VerbFailure(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`, 125);
  const devices = flags.list("device");
  const isCdi = (device: string) => /^[\w.-]+\/[\w.-]+=/.test(device);
  return {
    ...updatableResources(flags),
    CgroupParent: flags.value("cgroup-parent"),
    MemorySwappiness: swappiness === -1 ? undefined : swappiness,
    OomKillDisable: flags.has("oom-kill-disable"),
    BlkioWeightDevice: values.each("blkio-weight-device", (text) => rate(text, "Weight", "weight", wholeNumber)),
    BlkioDeviceReadBps: values.each("device-read-bps", (text) => rate(text, "Rate", "rate", parseSize)),
    BlkioDeviceReadIOps: values.each("device-read-iops", (text) => rate(text, "Rate", "rate", wholeNumber)),
    BlkioDeviceWriteBps: values.each("device-write-bps", (text) => rate(text, "Rate", "rate", parseSize)),
    BlkioDeviceWriteIOps: values.each("device-write-iops", (text) => rate(text, "Rate", "rate", wholeNumber)),
    Devices: devices.filter((device) => !isCdi(device)).map(parseDevice),
    DeviceCgroupRules: orNull(values.each("device-cgroup-rule", parseDeviceRule)),
    DeviceRequests: orNull([
      ...flags.list("gpus").map(parseGpus),
      ...(devices.some(isCdi) ? [{ Driver: "cdi", DeviceIDs: devices.filter(isCdi) }] : []),
    ]),
    Ulimits: orNull([...new Map(values.each("ulimit", parseUlimit).map((limit) => [limit.Name, limit])).values()]),
  };
}

function parseDeviceRule(text: string): string {
  if (!/^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(text)) throw new Error(`invalid device cgroup format '${text}'`);
  return text;
}

/** `HOST[:CONTAINER][:rwm]`. */
function parseDevice(text: string): object {
  const parts = text.split(":");
  const [host = "", second = host, third] = parts;
  const isMode = (part: string) => /^[rwm]+$/.test(part);
  if (parts.length > 3 || (third !== undefined && !isMode(third)))
    throw new VerbFailure(
      third === undefined || parts.length > 3
        ? `invalid device specification: ${text}`
        : `invalid device mode: ${third}`,
      125,
    );
  const secondIsMode = parts.length === 2 && isMode(second);
  return {
    PathOnHost: host,
    PathInContainer: secondIsMode ? host : second,
    CgroupPermissions: third ?? (secondIsMode ? second : "rwm"),
  };
}

const ULIMITS = new Set(
  "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(" "),
);

function parseUlimit(text: string): { Name: string; Hard: number; Soft: number } {
  const [name, limits] = splitAt(text, "=");
  if (!text.includes("=")) throw new Error(`invalid ulimit argument: ${text}`);
  if (!ULIMITS.has(name)) throw new Error(`invalid ulimit type: ${name}`);
  const [soft = "", hard = soft] = limits.split(":");
  for (const limit of [soft, hard])
    if (!/^-?\d+$/.test(limit)) throw new Error(`strconv.ParseInt: parsing "${limit}": invalid syntax`);
  if (limits.split(":").length > 2)
    throw new Error(`too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``);
  if (Number(hard) !== -1 && (Number(soft) > Number(hard) || Number(soft) === -1))
    throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  return { Name: name, Hard: Number(hard), Soft: Number(soft) };
}

function rate(text: string, field: string, what: string, read: (text: string) => number): object {
  const [path, value] = splitAt(text, ":");
  if (!text.includes(":")) throw new Error(`bad format: ${text}`);
  if (!path.startsWith("/dev/")) throw new Error(`bad format for device path: ${text}`);
  try {
    return { Path: path, [field]: read(value) };
  } catch {
    throw new Error(`invalid ${what} for device: ${text}`);
  }
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no number`);
  return Number(text);
}

/** `all`, a number, or `device=…,capabilities=…`. */
function parseGpus(text: string): object {
  if (/^(all|\d+)$/.test(text)) return { Count: text === "all" ? -1 : Number(text), Capabilities: [["gpu"]] };
  const request: Record<string, unknown> = { Capabilities: [["gpu"]] };
  for (const field of csv(text)) {
    const [key, value] = splitAt(field, "=");
    if (key === "driver") request.Driver = value;
    else if (key === "count") request.Count = value === "all" ? -1 : Number(value);
    else if (key === "device") request.DeviceIDs = value.split(",");
    else if (key === "capabilities") request.Capabilities = [[...value.split(","), "gpu"]];
    else if (key === "options") request.Options = Object.fromEntries(csv(value).map((option) => splitAt(option, "=")));
    else throw new UsageError(`invalid argument "${text}" for "--gpus" flag: unexpected key '${key}' in '${field}'`);
  }
  return request;
}
