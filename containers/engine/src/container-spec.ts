import type { NetworkAttachment } from "./user-networks.ts";
import type { VolumeSpec } from "./volumes.ts";

/** What a container is to be. Everything unset comes from the image, then from the engine's defaults (Docker's). */
export interface ContainerSpec {
  /** 64 hex digits; made up when unset. */
  readonly id?: string | undefined;
  /** Unique among containers. */
  readonly name?: string | undefined;
  /** Where the root file system comes from: an image (reference or id), or a prepared snapshot the caller owns. */
  readonly root: { readonly image: string } | { readonly snapshot: string };
  /** Replaces the image's entrypoint; the image's command is then ignored, too. */
  readonly entrypoint?: readonly string[] | undefined;
  /** Replaces the image's command. */
  readonly args?: readonly string[] | undefined;
  /** "KEY=value", over the image's. */
  readonly env?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  /** "user", "uid", "user:group", "uid:gid": names are looked up in the image's /etc/passwd and /etc/group. */
  readonly user?: string | undefined;
  /** Numbers, or names that are looked up in the image's /etc/group. */
  readonly groups?: readonly (number | string)[] | undefined;
  readonly mounts?: readonly ContainerMount[] | undefined;
  readonly resources?: Resources | undefined;
  /** Parent cgroup path, below the hierarchy's root. Default: the engine's. */
  readonly cgroupParent?: string | undefined;
  /** Default "bridge". A container with "host" sees the host's interfaces, resolv.conf and hosts file. */
  readonly network?: NetworkMode | undefined;
  readonly pid?: NamespaceMode | undefined;
  /** "none" is an own namespace without a /dev/shm. */
  readonly ipc?: NamespaceMode | "none" | undefined;
  readonly uts?: "host" | undefined;
  /** Its users are others outside, where the engine has ids for that. Who shares a namespace of another container has its users. */
  readonly users?: "remapped" | undefined;
  readonly ports?: readonly PortPublication[] | undefined;
  readonly hostname?: string | undefined;
  /** The domain that the host name is in. */
  readonly domainname?: string | undefined;
  readonly dns?: Dns | undefined;
  /** Lines for /etc/hosts: name and address. */
  readonly extraHosts?: readonly { readonly name: string; readonly address: string }[] | undefined;
  readonly tty?: boolean | undefined;
  /** With `tty`: the terminal's first size, in characters. */
  readonly terminalSize?: { readonly width: number; readonly height: number } | undefined;
  /** Runs the command below a small init of the host's (`tini`), which passes signals on and collects what has ended. */
  readonly init?: boolean | undefined;
  /** Keeps a standard input open for `attach`. */
  readonly stdin?: boolean | undefined;
  /** With `stdin`: the first attached client that ends its input closes it for good. */
  readonly stdinOnce?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Absolute path of the CRI-format log; "none" keeps no log. Default: a file in the container's own directory. */
  readonly log?: string | undefined;
  /** Whether it is started again after its end, and when the engine opens. */
  readonly restart?:
    | {
        readonly name: "no" | "always" | "on-failure" | "unless-stopped";
        readonly maximumRetryCount?: number | undefined;
      }
    | undefined;
  /** The container is removed, with its snapshot, as soon as it has ended and every `wait` was answered. */
  readonly autoRemove?: boolean | undefined;
  readonly security?: SecuritySpec | undefined;
  readonly devices?: readonly DeviceSpec[] | undefined;
  /** Further devices that its programs may make and use. */
  readonly deviceRules?: readonly DeviceRule[] | undefined;
  readonly rlimits?: readonly Rlimit[] | undefined;
  readonly sysctls?: Readonly<Record<string, string>> | undefined;
  /** "SIGTERM" style. Default: the image's, else SIGTERM. */
  readonly stopSignal?: string | undefined;
  /** Seconds between that signal and SIGKILL, when whoever stops it does not say. Negative: for as long as it takes. Default: 10. */
  readonly stopTimeout?: number | undefined;
  /** How to find out whether it works. What is unset or 0 comes from the image, then from Docker's defaults. */
  readonly healthcheck?: Healthcheck | undefined;
  /** What a client asked for, in its own words, for whoever describes the container to clients again. The engine does not read it. */
  readonly asked?:
    | {
        readonly Config?: Readonly<Record<string, unknown>>;
        readonly HostConfig?: Readonly<Record<string, unknown>>;
      }
    | undefined;
  /** Bytes of /dev/shm. Default 64 MiB. */
  readonly shmSize?: number | undefined;
}

export type NetworkMode =
  | "host"
  | "none"
  | "bridge"
  | { readonly container: string }
  | { readonly sandbox: string }
  /** Networks of one's own, the first for the way out; see `UserNetworks`. */
  | { readonly networks: readonly NetworkAttachment[] };

/** A program to run inside from time to time. Times in milliseconds. */
export interface Healthcheck {
  /** ["CMD", program, …], ["CMD-SHELL", line], or ["NONE"] for no check although the image has one. */
  readonly test?: readonly string[] | undefined;
  readonly interval?: number | undefined;
  readonly timeout?: number | undefined;
  /** Failures do not count before this time has passed, unless the check has succeeded. */
  readonly startPeriod?: number | undefined;
  /** The interval in the start period. */
  readonly startInterval?: number | undefined;
  /** As many failures in a row mean that it does not work. */
  readonly retries?: number | undefined;
}

/** Own namespace when unset. */
export type NamespaceMode = "host" | { readonly container: string } | { readonly sandbox: string };

export interface ContainerMount {
  readonly type: "bind" | "tmpfs" | "volume";
  /** Host path of a bind; name of a volume, which is made when there is none. A volume without a name is made for this container alone. */
  readonly source?: string | undefined;
  readonly target: string;
  readonly readonly?: boolean | undefined;
  /** Default "private". */
  readonly propagation?: "private" | "host-to-container" | "bidirectional" | undefined;
  /** Of a bind: what is mounted below the source comes along. Default true. */
  readonly recursive?: boolean | undefined;
  /** Of a tmpfs: further options of the file system ("uid=33", "exec"). */
  readonly options?: readonly string[] | undefined;
  /** Of a volume: an empty one is not filled with what the image has in its place. */
  readonly noCopy?: boolean | undefined;
  /** Of a volume that is made: what it is made with. */
  readonly volume?: Omit<VolumeSpec, "name"> | undefined;
  /** Of a volume: a directory in it to mount in its stead. */
  readonly subpath?: string | undefined;
  /** Bytes, for a tmpfs. */
  readonly size?: number | undefined;
  /** Octal mode of a tmpfs's root, such as 0o1777. */
  readonly mode?: number | undefined;
  /** Creates a missing bind source as a directory, as `docker run -v` does. */
  readonly createSource?: boolean | undefined;
}

/** Limits; 0 or unset is none. */
export interface Resources {
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Bytes, memory and swap together; -1 is no limit. */
  readonly memorySwap?: number | undefined;
  /** Bytes it is pushed back to when memory is short. */
  readonly memoryReservation?: number | undefined;
  /** At its limit it waits for memory rather than being killed. Control groups of version 1 only. */
  readonly oomKillDisable?: boolean | undefined;
  /** Relative weight, 2–262144. */
  readonly cpuShares?: number | undefined;
  /** Microseconds of CPU per `cpuPeriod` (default 100000). */
  readonly cpuQuota?: number | undefined;
  readonly cpuPeriod?: number | undefined;
  /** "0-1,3". */
  readonly cpusetCpus?: string | undefined;
  readonly cpusetMems?: string | undefined;
  readonly pids?: number | undefined;
  /** -1000 to 1000. */
  readonly oomScoreAdj?: number | undefined;
  readonly block?: BlockLimits | undefined;
  /** Extra cgroup v2 files and values. */
  readonly unified?: Readonly<Record<string, string>> | undefined;
}

/** Limits of reading and writing block devices. */
export interface BlockLimits {
  /** Relative weight, 10–1000. */
  readonly weight?: number | undefined;
  readonly weightDevices?: readonly { readonly path: string; readonly weight: number }[] | undefined;
  /** Bytes a second. */
  readonly readBps?: readonly DeviceRate[] | undefined;
  readonly writeBps?: readonly DeviceRate[] | undefined;
  /** Operations a second. */
  readonly readIops?: readonly DeviceRate[] | undefined;
  readonly writeIops?: readonly DeviceRate[] | undefined;
}

/** A limit of one block device. */
export interface DeviceRate {
  readonly path: string;
  readonly rate: number;
}

export interface PortPublication {
  /** 0 takes a free one. */
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly hostIp?: string | undefined;
}

export interface Dns {
  readonly servers?: readonly string[] | undefined;
  readonly searches?: readonly string[] | undefined;
  readonly options?: readonly string[] | undefined;
}

export interface SecuritySpec {
  /** All capabilities and devices, nothing masked, no seccomp. */
  readonly privileged?: boolean | undefined;
  /** "NET_ADMIN" or "CAP_NET_ADMIN"; "ALL". */
  readonly capAdd?: readonly string[] | undefined;
  readonly capDrop?: readonly string[] | undefined;
  readonly noNewPrivileges?: boolean | undefined;
  /** "default", "unconfined", or the profile itself in Docker's form, which that of the OCI runtime-spec is a part of. */
  readonly seccomp?: "default" | "unconfined" | Readonly<Record<string, unknown>> | undefined;
  /** Name of a profile that the machine has loaded, or "unconfined", which is the default. */
  readonly apparmor?: string | undefined;
  /** Asks for labels, where the machine has SELinux; there are none unless asked for. */
  readonly selinux?: SelinuxOptions | undefined;
  readonly readonlyRootfs?: boolean | undefined;
  /** Replaces the default list. */
  readonly maskedPaths?: readonly string[] | undefined;
  /** Replaces the default list. */
  readonly readonlyPaths?: readonly string[] | undefined;
}

/** Parts of an SELinux label that are to be others than the policy's; `disable` is for no confinement. */
export interface SelinuxOptions {
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  readonly type?: string | undefined;
  readonly level?: string | undefined;
  readonly disable?: boolean | undefined;
}

/** Devices by kind and number; a number left out stands for all. */
export interface DeviceRule {
  readonly type: "a" | "b" | "c";
  readonly major?: number | undefined;
  readonly minor?: number | undefined;
  /** Of "rwm". */
  readonly access: string;
}

export interface DeviceSpec {
  readonly hostPath: string;
  readonly containerPath: string;
  /** Any of "rwm". */
  readonly permissions: string;
}

export interface Rlimit {
  /** "RLIMIT_NOFILE". */
  readonly type: string;
  readonly soft: number;
  readonly hard: number;
}
