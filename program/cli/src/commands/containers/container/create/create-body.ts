/**
 * From the flags of `skiff run` and `skiff create` to the body of a create request. Reads only files that flags name; what reads rarer
 * flags loads when one of them is there, since every module costs a start half a millisecond.
 */
import type { ParsedFlags } from "../../../../docker-client/parse-flags.ts";
import { VerbFailure } from "../../verb.ts";
import { createFlags, createShort } from "./create-flags.ts";
import type { Networks } from "./networks.ts";
import type { Ports } from "./ports.ts";
import type { SecurityOptions } from "./security-options.ts";
import { orNull, pairs, splitAt, Values } from "./values.ts";

/** Which streams the caller joins. */
export interface Attached {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** The streams that `-a` and `-i` ask for: output alone where they say nothing. */
export function attachedStreams(flags: ParsedFlags): Attached {
  const values = new Values(flags, { short: createShort });
  const asked = values.each("attach", (text) => {
    if (!["stdin", "stdout", "stderr"].includes(text.toLowerCase()))
      throw new Error("valid streams are STDIN, STDOUT and STDERR");
    return text.toLowerCase();
  });
  if (asked.length === 0) return { stdin: flags.has("interactive"), stdout: true, stderr: true };
  return { stdin: asked.includes("stdin"), stdout: asked.includes("stdout"), stderr: asked.includes("stderr") };
}

/** The body for a container of `image` that runs `command`. Throws UsageError and VerbFailure for what contradicts itself or is malformed. */
export async function createBody(
  flags: ParsedFlags,
  image: string,
  command: readonly string[],
  attached: Attached,
): Promise<Record<string, unknown>> {
  const values = new Values(flags, { short: createShort });
  const entrypoint = flags.value("entrypoint");
  const stdin = flags.has("interactive");
  const files = await mounts(flags, values);
  const { exposed, bindings } = await ports(flags);
  const networks = await networksOf(flags);
  const restart = restartPolicy(flags.value("restart"));
  if (flags.has("rm") && restart !== undefined && restart.Name !== "no" && restart.Name !== "")
    throw new VerbFailure("conflicting options: cannot specify both --restart and --rm", 125);
  const { masked, options } = await security(flags);
  return {
    Image: image,
    Cmd: command.length === 0 ? undefined : command,
    Entrypoint: entrypoint === undefined ? undefined : [entrypoint],
    Env: await environment(flags, values),
    Hostname: flags.value("hostname"),
    Domainname: flags.value("domainname"),
    User: flags.value("user"),
    WorkingDir: flags.value("workdir"),
    MacAddress: flags.value("mac-address"),
    Tty: flags.has("tty"),
    OpenStdin: stdin,
    StdinOnce: stdin && attached.stdin,
    AttachStdin: attached.stdin,
    AttachStdout: attached.stdout,
    AttachStderr: attached.stderr,
    ExposedPorts: exposed,
    Volumes: Object.fromEntries(files.anonymous.map((path) => [path, {}])),
    Labels: await labels(flags, values),
    StopSignal: flags.value("stop-signal"),
    StopTimeout: flags.number("stop-timeout"),
    Healthcheck: healthcheck(flags, values),
    HostConfig: {
      ...(await limits(flags)),
      AutoRemove: flags.has("rm"),
      Annotations: flags.given("annotation") ? pairs(flags.list("annotation")) : undefined,
      Binds: orNull(files.binds),
      Mounts: files.mounts,
      Tmpfs: flags.given("tmpfs")
        ? Object.fromEntries(flags.list("tmpfs").map((entry) => splitAt(entry, ":")))
        : undefined,
      ContainerIDFile: flags.value("cidfile"),
      NetworkMode: networks.mode,
      PortBindings: bindings,
      PublishAllPorts: flags.has("publish-all"),
      Dns: flags.list("dns"),
      DnsOptions: flags.list("dns-option"),
      DnsSearch: flags.list("dns-search"),
      ExtraHosts: orNull(values.each("add-host", extraHost)),
      Links: orNull(flags.list("link")),
      VolumesFrom: orNull(flags.list("volumes-from")),
      VolumeDriver: flags.value("volume-driver"),
      PidMode: namespace(flags, "pid", "PID", /^(|host|container:.+)$/),
      IpcMode: flags.value("ipc"),
      UTSMode: namespace(flags, "uts", "UTS", /^(|host)$/),
      UsernsMode: namespace(flags, "userns", "USER", /^(|host)$/),
      CgroupnsMode: namespace(flags, "cgroupns", "CGROUP", /^(|host|private)$/),
      Privileged: flags.has("privileged"),
      ReadonlyRootfs: flags.has("read-only"),
      ...capabilities(flags),
      GroupAdd: orNull(flags.list("group-add")),
      SecurityOpt: orNull(options),
      ...masked,
      StorageOpt: flags.given("storage-opt") ? pairs(flags.list("storage-opt")) : undefined,
      Sysctls: flags.given("sysctl") ? Object.fromEntries(values.each("sysctl", sysctl)) : undefined,
      LogConfig: logConfig(flags),
      OomScoreAdj: flags.number("oom-score-adj"),
      RestartPolicy: restart,
      Runtime: flags.value("runtime"),
      Isolation: flags.value("isolation"),
      ShmSize: values.bytes("shm-size"),
      Init: flags.given("init") ? flags.has("init") : undefined,
    },
    NetworkingConfig: { EndpointsConfig: networks.endpoints },
  };
}

async function mounts(
  flags: ParsedFlags,
  values: Values,
): Promise<{ binds: readonly string[]; anonymous: readonly string[]; mounts: readonly object[] | undefined }> {
  if (!flags.given("volume") && !flags.given("mount")) return { binds: [], anonymous: [], mounts: undefined };
  const { parseMount, parseVolumes } = await import("./mounts.ts");
  const mounted = flags.given("mount") ? values.each("mount", parseMount) : undefined;
  return { ...parseVolumes(flags.list("volume")), mounts: mounted };
}

async function ports(flags: ParsedFlags): Promise<Ports> {
  if (!flags.given("publish") && !flags.given("expose")) return { exposed: {}, bindings: {} };
  return (await import("./ports.ts")).parsePorts(flags.list("publish"), flags.list("expose"));
}

const OF_NETWORKS = ["network", "network-alias", "ip", "ip6", "link", "link-local-ip", "mac-address"];

async function networksOf(flags: ParsedFlags): Promise<Networks> {
  if (!OF_NETWORKS.some(flags.given)) return { mode: "default", endpoints: {} };
  return (await import("./networks.ts")).parseNetworks(flags);
}

const OF_LIMITS = /^(blkio-|cpu|device|gpus$|memory|oom-kill-|pids-|ulimit$|cgroup-parent$)/;

async function limits(flags: ParsedFlags): Promise<object> {
  if (!Object.keys(createFlags).some((name) => OF_LIMITS.test(name) && flags.given(name))) return {};
  return (await import("./resources.ts")).resources(flags);
}

/** The lines of the files that a flag names. */
async function linesOf(
  flags: ParsedFlags,
  flag: string,
  lookup: (name: string) => string | undefined,
): Promise<readonly string[]> {
  if (!flags.given(flag)) return [];
  const { readPairs } = await import("./env-file.ts");
  return flags.list(flag).flatMap((path) => readPairs(path, lookup));
}

async function environment(flags: ParsedFlags, values: Values): Promise<string[]> {
  const own = (name: string) => process.env[name];
  const given = values.each("env", (entry) => {
    const [name] = splitAt(entry, "=");
    if (name === "") throw new Error(`invalid environment variable: ${entry}`);
    if (entry.includes("=")) return entry;
    const value = own(entry);
    // A name alone that is not set here takes the variable away from the image's.
    return value === undefined ? entry : `${entry}=${value}`;
  });
  return [...(await linesOf(flags, "env-file", own)), ...given];
}

async function labels(flags: ParsedFlags, values: Values): Promise<Record<string, string>> {
  const given = values.each("label", (label) => {
    if (splitAt(label, "=")[0] === "") throw new Error(`invalid label '${label}': empty name`);
    return label;
  });
  return pairs([...(await linesOf(flags, "label-file", () => "")), ...given]);
}

/** A namespace's mode, where it can be one. */
function namespace(flags: ParsedFlags, flag: string, name: string, pattern: RegExp): string | undefined {
  const mode = flags.value(flag);
  if (mode !== undefined && !pattern.test(mode)) throw new VerbFailure(`--${flag}: invalid ${name} mode`, 125);
  return mode;
}

/** In the kernel's spelling, each once. What is both added and dropped is added. */
function capabilities(flags: ParsedFlags): object {
  const spelled = (name: string) =>
    [
      ...new Set(
        flags.list(name).map((text) =>
          text
            .trim()
            .toUpperCase()
            .replace(/^(?!ALL$|CAP_)/, "CAP_"),
        ),
      ),
    ].sort();
  const added = spelled("cap-add");
  const dropped = spelled("cap-drop").filter((name) => name === "ALL" || !added.includes(name));
  return { CapAdd: orNull(added), CapDrop: orNull(dropped) };
}

async function security(flags: ParsedFlags): Promise<SecurityOptions> {
  if (!flags.given("security-opt")) return { options: [], masked: {} };
  return (await import("./security-options.ts")).securityOptions(flags.list("security-opt"));
}

function healthcheck(flags: ParsedFlags, values: Values): object | undefined {
  const settings = {
    Interval: values.duration("health-interval"),
    Timeout: values.duration("health-timeout"),
    StartPeriod: values.duration("health-start-period"),
    StartInterval: values.duration("health-start-interval"),
    Retries: flags.number("health-retries"),
  };
  const command = flags.value("health-cmd");
  const isGiven = command !== undefined || Object.values(settings).some((setting) => setting !== undefined);
  if (flags.has("no-healthcheck")) {
    if (isGiven) throw new VerbFailure("--no-healthcheck conflicts with --health-* options", 125);
    return { Test: ["NONE"] };
  }
  if (!isGiven) return undefined;
  for (const [name, value] of Object.entries(settings))
    if (value !== undefined && value < 0)
      throw new VerbFailure(`--health-${name.toLowerCase()} cannot be negative`, 125);
  return { Test: command === undefined ? undefined : ["CMD-SHELL", command], ...settings };
}

interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

/** `no`, `always`, `unless-stopped`, `on-failure[:N]`; what the name means is the engine's to judge. */
export function restartPolicy(text: string | undefined): RestartPolicy | undefined {
  if (text === undefined) return undefined;
  const [name, count] = splitAt(text, ":");
  if (text.includes(":") && name === "")
    throw new VerbFailure("invalid restart policy format: no policy provided before colon", 125);
  if (text.split(":").length > 2)
    throw new VerbFailure("invalid restart policy format: maximum retry count must be an integer", 125);
  if (count !== "" && !/^-?\d+$/.test(count))
    throw new VerbFailure("invalid restart policy format: maximum retry count must be an integer", 125);
  return { Name: name, MaximumRetryCount: Number(count) };
}

function extraHost(text: string): string {
  const separator = /[=:]/.exec(text)?.[0] ?? ":";
  const [name, address] = splitAt(text, separator);
  if (!/[=:]/.test(text) || name === "") throw new Error(`bad format for add-host: "${text}"`);
  const bare = address.replace(/^\[(.*)\]$/, "$1");
  if (bare !== "host-gateway" && !/^[\d.]+$|:/.test(bare))
    throw new Error(`invalid IP address in add-host: "${address}"`);
  return `${name}:${bare}`;
}

function sysctl(text: string): [string, string] {
  const known = /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|net\..+|fs\.mqueue\..+)=/;
  if (!known.test(text)) throw new Error(`sysctl '${text}' is not allowed`);
  return splitAt(text, "=");
}

function logConfig(flags: ParsedFlags): object | undefined {
  const type = flags.value("log-driver");
  if (type === undefined && !flags.given("log-opt")) return undefined;
  if (type === "none" && flags.given("log-opt")) throw new VerbFailure("invalid logging opts for driver none", 125);
  return { Type: type ?? "", Config: pairs(flags.list("log-opt")) };
}
