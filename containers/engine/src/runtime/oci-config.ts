/** The OCI runtime configuration of a container (runtime-spec, "config.json"). Pure: everything about the host comes in. */
import type { IdMap, IdRange } from "@skiff/linux";
import type {
  BlockLimits,
  ContainerMount,
  ContainerSpec,
  DeviceRate,
  DeviceSpec,
  Resources,
} from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { defaultSeccomp, type SeccompProfile } from "./seccomp.ts";
import { resolveSeccompProfile } from "./seccomp-profile.ts";
import { apparmorProfile, type SecurityModules, selinuxLabels } from "./security-modules.ts";
import type { ProcessUser } from "./user.ts";

export interface OciNamespace {
  readonly type: "pid" | "network" | "ipc" | "uts" | "mount" | "cgroup" | "user";
  readonly path?: string;
}

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

export interface OciProcess {
  readonly terminal: boolean;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: Readonly<Record<"bounding" | "effective" | "permitted", readonly string[]>>;
  readonly noNewPrivileges: boolean;
  readonly apparmorProfile?: string;
  readonly selinuxLabel?: string;
  readonly rlimits: readonly { readonly type: string; readonly soft: number; readonly hard: number }[];
  readonly oomScoreAdj?: number;
  /** The terminal's first size. */
  readonly consoleSize?: { readonly height: number; readonly width: number };
}

export interface OciConfig {
  readonly ociVersion: string;
  readonly process: OciProcess;
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname?: string;
  readonly mounts: readonly OciMount[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux: Readonly<Record<string, unknown>> & { readonly namespaces: readonly OciNamespace[] };
}

/** What is known once the image is read and the namespaces are there. */
export interface OciInputs {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: ProcessUser;
  readonly rootfs: string;
  readonly hostname: string | undefined;
  readonly namespaces: readonly OciNamespace[];
  /** Mounts the engine adds: /etc/hosts, /etc/resolv.conf, /etc/hostname, a sandbox's /dev/shm. */
  readonly files: readonly OciMount[];
  readonly cgroupPath: string;
  /** Ids of its user namespace, where it has one. */
  readonly ids?: IdMap | undefined;
  readonly host: {
    readonly cgroupVersion: 1 | 2;
    readonly architecture: string;
    /** The kernel's release. */
    readonly kernel: string;
    readonly modules: SecurityModules;
    /** Whether the kernel runs programs of the x32 ABI. */
    readonly x32: boolean;
    /** Those it can give, a bit each. */
    readonly capabilities: bigint;
    readonly devices: readonly OciDevice[];
    /** No container's adjustment can be below this. */
    readonly lowestOomScoreAdj: number;
  };
}

/** A device node (runtime-spec, "Devices"). */
export interface OciDevice {
  readonly path: string;
  readonly type: "c" | "b";
  readonly major: number;
  readonly minor: number;
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

const MASKED = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
const READONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
const DEFAULT_SHM = 64 * 1024 * 1024;

/** Builds the configuration. */
export function ociConfig(inputs: OciInputs): OciConfig {
  const { spec, host } = inputs;
  const security = spec.security ?? {};
  const privileged = security.privileged === true;
  const capabilities = capabilitiesOf({ privileged, add: security.capAdd, drop: security.capDrop }, host.capabilities);
  const seccomp = seccompOf(spec, capabilities, host);
  const apparmor = apparmorProfile(security.apparmor, host.modules);
  const labels = privileged ? undefined : selinuxLabels(security.selinux, inputs.id, host.modules);
  const devices = [
    ...(privileged ? host.devices : []),
    ...(spec.devices ?? []).map((wanted) => deviceOf(wanted, inputs.host.devices)),
  ];
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: spec.tty === true,
      ...(spec.tty && spec.terminalSize ? { consoleSize: spec.terminalSize } : {}),
      user: { uid: inputs.user.uid, gid: inputs.user.gid, additionalGids: inputs.user.groups },
      args: inputs.args,
      env: inputs.env,
      cwd: inputs.cwd,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: security.noNewPrivileges === true,
      ...(apparmor === undefined ? {} : { apparmorProfile: apparmor }),
      ...(labels ? { selinuxLabel: labels.process } : {}),
      rlimits: spec.rlimits ?? [],
      ...(spec.resources?.oomScoreAdj === undefined
        ? {}
        : { oomScoreAdj: Math.max(spec.resources.oomScoreAdj, host.lowestOomScoreAdj) }),
    },
    root: { path: inputs.rootfs, readonly: security.readonlyRootfs === true },
    ...(inputs.hostname === undefined ? {} : { hostname: inputs.hostname }),
    mounts: mountsOf(inputs, privileged),
    ...(spec.annotations ? { annotations: spec.annotations } : {}),
    linux: {
      namespaces: inputs.namespaces,
      ...(inputs.ids ? { uidMappings: [mapping(inputs.ids.uid)], gidMappings: [mapping(inputs.ids.gid)] } : {}),
      cgroupsPath: inputs.cgroupPath,
      resources: {
        ...resourcesOf(spec.resources ?? {}, host.cgroupVersion, deviceRules(spec, privileged, devices)),
        ...(spec.resources?.block ? { blockIO: blockIo(spec.resources.block, host.devices) } : {}),
      },
      devices,
      ...(spec.sysctls ? { sysctl: spec.sysctls } : {}),
      ...(seccomp ? { seccomp } : {}),
      ...(labels ? { mountLabel: labels.file } : {}),
      maskedPaths: privileged ? [] : (security.maskedPaths ?? MASKED),
      readonlyPaths: privileged ? [] : (security.readonlyPaths ?? READONLY),
      ...(rootPropagation(spec.mounts) ?? {}),
    },
  };
}

function mapping({ start, size }: IdRange): object {
  return { containerID: 0, hostID: start, size };
}

function seccompOf(
  spec: ContainerSpec,
  capabilities: readonly string[],
  host: OciInputs["host"],
): SeccompProfile | object | undefined {
  const wanted = spec.security?.seccomp ?? "default";
  if (spec.security?.privileged || wanted === "unconfined") return undefined;
  const facts = { ...host, capabilities: new Set(capabilities) };
  return wanted === "default" ? defaultSeccomp(facts.capabilities, host) : resolveSeccompProfile(wanted, facts);
}

function mountsOf({ spec, files, host }: OciInputs, privileged: boolean): OciMount[] {
  const secure = ["nosuid", "noexec", "nodev"];
  const access = privileged ? "rw" : "ro";
  const shm = files.some(({ destination }) => destination === "/dev/shm");
  const mqueue: OciMount = { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: secure };
  const standard: OciMount[] = [
    { destination: "/proc", type: "proc", source: "proc", options: secure },
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: [...secure, access] },
    {
      destination: "/sys/fs/cgroup",
      type: host.cgroupVersion === 2 ? "cgroup2" : "cgroup",
      source: "cgroup",
      options: [...secure, "relatime", access],
    },
    mqueue,
  ];
  if (!shm && spec.ipc !== "none") {
    const size = `size=${spec.shmSize ?? DEFAULT_SHM}`;
    standard.push({ destination: "/dev/shm", type: "tmpfs", source: "shm", options: [...secure, "mode=1777", size] });
  }
  const own = (spec.mounts ?? []).map(mountOf);
  const taken = new Set(own.map(({ destination }) => destination));
  // A mount of the user's own over a standard one takes its place. Parents come before what lies below them.
  return [
    ...standard.filter(({ destination }) => !taken.has(destination)),
    ...[...files.filter(({ destination }) => !taken.has(destination)), ...own].toSorted(
      (a, b) => depth(a.destination) - depth(b.destination),
    ),
  ];
}

function depth(path: string): number {
  return path.split("/").filter(Boolean).length;
}

function mountOf(mount: ContainerMount): OciMount {
  const access = mount.readonly ? "ro" : "rw";
  if (mount.type === "tmpfs") {
    const size = mount.size ? [`size=${mount.size}`] : [];
    const options = ["nosuid", "noexec", "nodev", access, `mode=${(mount.mode ?? 0o1777).toString(8)}`, ...size];
    options.push(...(mount.options ?? []));
    return { destination: mount.target, type: "tmpfs", source: "tmpfs", options };
  }
  const propagation = { private: "rprivate", "host-to-container": "rslave", bidirectional: "rshared" };
  const bind = mount.recursive === false ? "bind" : "rbind";
  const options = [bind, propagation[mount.propagation ?? "private"], access];
  return { destination: mount.target, type: "bind", source: mount.source ?? "", options };
}

// A mount can only receive or pass on others when the root it hangs below does.
function rootPropagation(mounts: readonly ContainerMount[] | undefined): { rootfsPropagation: string } | undefined {
  if (mounts?.some(({ propagation }) => propagation === "bidirectional")) return { rootfsPropagation: "rshared" };
  if (mounts?.some(({ propagation }) => propagation === "host-to-container")) return { rootfsPropagation: "rslave" };
  return undefined;
}

function deviceOf({ hostPath, containerPath }: DeviceSpec, devices: readonly OciDevice[]): OciDevice {
  return { ...findDevice(hostPath, devices), path: containerPath };
}

function findDevice(wanted: string, devices: readonly OciDevice[]): OciDevice {
  const device = devices.find(({ path }) => path === wanted);
  if (device === undefined)
    throw new EngineError(
      "invalid",
      `error gathering device information while adding custom device ${JSON.stringify(wanted)}: no such file or directory`,
    );
  return device;
}

function deviceRules(spec: ContainerSpec, privileged: boolean, devices: readonly OciDevice[]): object[] {
  if (privileged) return [{ allow: true, access: "rwm" }];
  const given = (spec.devices ?? []).flatMap(({ containerPath, permissions }) => {
    const device = devices.find(({ path }) => path === containerPath);
    return device
      ? [{ allow: true, type: device.type, major: device.major, minor: device.minor, access: permissions }]
      : [];
  });
  const rules = (spec.deviceRules ?? []).map((rule) => ({ allow: true, ...rule }));
  return [{ allow: false, access: "rwm" }, ...given, ...rules];
}

/** Limits in the form of the runtime-spec. */
export function resourcesOf(r: Resources, cgroupVersion: 1 | 2, devices: readonly object[]): object {
  const memory = {
    ...(r.memory ? { limit: r.memory } : {}),
    ...(r.memorySwap ? { swap: r.memorySwap } : {}),
    ...(r.memoryReservation ? { reservation: r.memoryReservation } : {}),
    ...(r.oomKillDisable && cgroupVersion === 1 ? { disableOOMKiller: true } : {}),
  };
  const cpu = {
    ...(r.cpuShares ? { shares: r.cpuShares } : {}),
    ...(r.cpuQuota ? { quota: r.cpuQuota, period: r.cpuPeriod || 100000 } : {}),
    ...(r.cpusetCpus ? { cpus: r.cpusetCpus } : {}),
    ...(r.cpusetMems ? { mems: r.cpusetMems } : {}),
  };
  return {
    devices,
    memory,
    cpu,
    ...(r.pids && r.pids > 0 ? { pids: { limit: r.pids } } : {}),
    ...(r.unified && cgroupVersion === 2 ? { unified: r.unified } : {}),
  };
}

/** Limits of block devices in the form of the runtime-spec. */
function blockIo(limits: BlockLimits, devices: readonly OciDevice[]): object {
  const { weight, weightDevices = [], readBps = [], writeBps = [], readIops = [], writeIops = [] } = limits;
  const numbersOf = (path: string): { readonly major: number; readonly minor: number } => {
    const { major, minor } = findDevice(path, devices);
    return { major, minor };
  };
  const rates = (list: readonly DeviceRate[]) => list.map(({ path, rate }) => ({ ...numbersOf(path), rate }));
  const lists = {
    weightDevice: weightDevices.map((each) => ({ ...numbersOf(each.path), weight: each.weight })),
    throttleReadBpsDevice: rates(readBps),
    throttleWriteBpsDevice: rates(writeBps),
    throttleReadIOPSDevice: rates(readIops),
    throttleWriteIOPSDevice: rates(writeIops),
  };
  const given = Object.entries(lists).filter(([, list]) => list.length > 0);
  return { ...(weight ? { weight } : {}), ...Object.fromEntries(given) };
}

/** Paths of the devices that limits are about. */
export function limitedDevices({ block }: Resources): string[] {
  const { weightDevices = [], readBps = [], writeBps = [], readIops = [], writeIops = [] } = block ?? {};
  return [...weightDevices, ...readBps, ...writeBps, ...readIops, ...writeIops].map(({ path }) => path);
}
