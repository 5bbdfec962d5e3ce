/** What dockerd refuses of a request for a container, in its words. Throws 400. */
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, constants } from "node:os";
import { DockerError } from "../http/docker-error.ts";
import type { Reader } from "../http/reader.ts";

const MIN_MEMORY = 6 * 2 ** 20;
const LOG_DRIVERS = ["", "json-file", "none"];
const LOG_OPTIONS = [
  ...["max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag"],
  ...["mode", "max-buffer-size"],
];
const CPU_LIST = /^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/;
const MEMORY_NODES = "/sys/devices/system/node/has_memory";
const IPC_MODES = ["", "host", "private", "shareable", "none"];
const MOUNT_TYPES = ["bind", "volume", "tmpfs"];

/** Looks at the whole body of a create request. */
export function checkRequest(body: Reader): void {
  const host = body.object("HostConfig");
  checkResources(host);
  checkRestart(host.object("RestartPolicy"));
  const stopSignal = body.text("StopSignal") ?? "";
  if (stopSignal !== "") checkSignal(stopSignal);
  for (const mount of host.objects("Mounts")) checkMount(mount);
  const log = host.object("LogConfig");
  const driver = log.text("Type") ?? "";
  if (!LOG_DRIVERS.includes(driver))
    refuse(`error looking up logging plugin ${driver}: plugin ${JSON.stringify(driver)} not found`);
  const options = log.map("Config") ?? {};
  for (const name of Object.keys(options))
    if (!LOG_OPTIONS.includes(name)) refuse(`unknown log opt '${name}' for json-file log driver`);
  const { mode = "" } = options;
  if (!["", "blocking", "non-blocking"].includes(mode)) refuse(`logger: logging mode not supported: ${mode}`);
  const runtime = host.text("Runtime") ?? "";
  if (runtime !== "" && runtime !== "runc") refuse(`unknown or invalid runtime name: ${runtime}`);
  for (const device of host.objects("DeviceRequests"))
    refuse(
      `could not select device driver ${JSON.stringify(device.text("Driver") ?? "")} with capabilities: ${capabilitiesOf(device)}`,
    );
  const isolation = host.text("Isolation") ?? "";
  if (isolation !== "" && isolation !== "default")
    refuse(`Invalid isolation: ${JSON.stringify(isolation)} - linux only supports 'default'`);
  const ipc = host.text("IpcMode") ?? "";
  if (!IPC_MODES.includes(ipc) && !ipc.startsWith("container:")) refuse(`invalid IPC mode: ${ipc}`);
  const users = host.text("UsernsMode") ?? "";
  if (users !== "" && users !== "host") refuse(`invalid USER mode: ${users}`);
  if (Object.keys(host.map("StorageOpt") ?? {}).length > 0)
    refuse("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
  checkNetwork(body, host);
}

/** What a container cannot have of its own that is in another's network, or the machine's. */
function checkNetwork(body: Reader, host: Reader): void {
  const mode = host.text("NetworkMode") ?? "";
  const isNamed = (body.text("Hostname") ?? "") !== "";
  if (isNamed && host.text("UTSMode") === "host") refuse("conflicting options: hostname and the UTS mode");
  const links = host.strings("Links") ?? [];
  const undefinedBehavior = "can't be used with links. This would result in undefined behavior";
  if (mode === "host" && links.length > 0) refuse(`conflicting options: host type networking ${undefinedBehavior}`);
  if (!mode.startsWith("container:")) return;
  if (isNamed) refuse("conflicting options: hostname and the network mode");
  if (links.length > 0) refuse(`conflicting options: container type network ${undefinedBehavior}`);
  if ((host.strings("Dns") ?? []).length > 0) refuse("conflicting options: dns and the network mode");
  if ((host.strings("ExtraHosts") ?? []).length > 0)
    refuse("conflicting options: custom host-to-IP mapping and the network mode");
  if (host.keys("PortBindings").length > 0 || host.flag("PublishAllPorts"))
    refuse("conflicting options: port publishing and the container type network mode");
  if (body.keys("ExposedPorts").length > 0)
    refuse("conflicting options: port exposing and the container type network mode");
}

// As Go prints a list of lists: [[gpu]].
function capabilitiesOf(device: Reader): string {
  return JSON.stringify(Object.fromEntries(device.entries()).Capabilities ?? [])
    .replaceAll('"', "")
    .replaceAll(",", " ");
}

function checkMount(mount: Reader): void {
  const type = mount.text("Type") ?? "bind";
  const source = mount.text("Source") ?? "";
  const wrong = (why: string): never => refuse(`invalid mount config for type ${JSON.stringify(type)}: ${why}`);
  if (!MOUNT_TYPES.includes(type)) wrong("mount type unknown");
  const creates = mount.object("BindOptions").flag("CreateMountpoint");
  if (type === "bind" && source.startsWith("/") && !creates && !existsSync(source))
    wrong(`bind source path does not exist: ${source}`);
}

/** Limits of a create or an update request. */
export function checkResources(host: Reader): void {
  const number = (name: string): number => host.number(name) ?? 0;
  const [memory, swap, reservation] = [number("Memory"), number("MemorySwap"), number("MemoryReservation")];
  if (memory > 0 && memory < MIN_MEMORY) refuse("Minimum memory limit allowed is 6MB");
  if (memory > 0 && swap > 0 && swap < memory)
    refuse("Minimum memoryswap limit should be larger than memory limit, see usage");
  if (memory === 0 && swap > 0) refuse("You should always set the Memory limit when using Memoryswap limit, see usage");
  if (memory > 0 && reservation > memory)
    refuse("Minimum memory limit can not be less than memory reservation limit, see usage");
  if (reservation > 0 && reservation < MIN_MEMORY) refuse("Minimum memory reservation allowed is 6MB");
  const nanoCpus = number("NanoCpus");
  if (nanoCpus > 0 && number("CpuPeriod") > 0)
    refuse("Conflicting options: Nano CPUs and CPU Period cannot both be set.");
  if (nanoCpus > 0 && number("CpuQuota") > 0)
    refuse("Conflicting options: Nano CPUs and CPU Quota cannot both be set.");
  const cpus = availableParallelism();
  if (nanoCpus < 0 || nanoCpus > cpus * 1e9)
    refuse(`Range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`);
  checkCpuset(host.text("CpusetCpus") ?? "", cpus);
  checkMemoryNodes(host.text("CpusetMems") ?? "");
  const [period, quota, score] = [number("CpuPeriod"), number("CpuQuota"), number("OomScoreAdj")];
  if (period !== 0 && (period < 1000 || period > 1_000_000))
    refuse("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
  if (quota > 0 && quota < 1000) refuse("CPU cfs quota can not be less than 1ms (i.e. 1000)");
  if (score < -1000 || score > 1000) refuse(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
}

/** Throws for a name or number that is no signal. */
export function checkSignal(signal: string): void {
  const name = signal.toUpperCase().replace(/^(?!SIG)/, "SIG");
  const known = /^\d+$/.test(signal)
    ? Number(signal) > 0 && Number(signal) <= 64
    : name in constants.signals || /^SIGRTM(IN(\+\d+)?|AX(-\d+)?)$/.test(name);
  if (!known) refuse(`invalid signal: ${signal}`);
}

/** The number of a signal that `checkSignal` lets pass; 0 for a real-time one's name. */
export function signalNumber(signal: string): number {
  if (/^\d+$/.test(signal)) return Number(signal);
  const name = signal.toUpperCase().replace(/^(?!SIG)/, "SIG");
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1] ?? 0;
}

function checkCpuset(text: string, cpus: number): void {
  if (text === "") return;
  if (!CPU_LIST.test(text)) refuse(`Invalid value ${text} for cpuset cpus: invalid format: ${text}`);
  if (text.split(/[,-]/).some((cpu) => Number(cpu) >= cpus))
    refuse(`Requested CPUs are not available - requested ${text}, available: 0-${cpus - 1}`);
}

function checkMemoryNodes(text: string): void {
  if (text === "") return;
  if (!CPU_LIST.test(text)) refuse(`Invalid value ${text} for cpuset mems: invalid format: ${text}`);
  const online = existsSync(MEMORY_NODES) ? readFileSync(MEMORY_NODES, "utf8").trim() : "0";
  const last = Math.max(...online.split(/[,-]/).map(Number));
  if (text.split(/[,-]/).some((node) => Number(node) > last))
    refuse(`Requested memory nodes are not available - requested ${text}, available: ${online}`);
}

/** Throws for a restart policy that there is none of, or cannot be. */
export function checkRestart(policy: Reader): void {
  const name = policy.text("Name") ?? "";
  const retries = policy.number("MaximumRetryCount") ?? 0;
  if (!["", "no", "always", "on-failure", "unless-stopped"].includes(name))
    refuse(
      `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  if (retries !== 0 && name !== "on-failure")
    refuse("invalid restart policy: maximum retry count can only be used with 'on-failure'");
  if (retries < 0) refuse("invalid restart policy: maximum retry count cannot be negative");
}

function refuse(message: string): never {
  throw new DockerError(400, message);
}
