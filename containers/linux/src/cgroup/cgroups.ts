/** Limits of a cgroup. Unset leaves a limit as it is; -1 takes it away. */
export interface CgroupLimits {
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Bytes, memory and swap together. */
  readonly memorySwap?: number | undefined;
  /** Bytes it is pushed back to when memory is short. */
  readonly memoryReservation?: number | undefined;
  /** Relative weight as cgroup v1 counts it, 2–262144. */
  readonly cpuShares?: number | undefined;
  /** Microseconds of CPU per period. */
  readonly cpuQuota?: number | undefined;
  readonly cpuPeriod?: number | undefined;
  readonly cpusetCpus?: string | undefined;
  readonly cpusetMems?: string | undefined;
  readonly pids?: number | undefined;
}

/** Usage of a cgroup and everything below it. Bytes and nanoseconds. */
export interface CgroupStats {
  readonly cpuNanoseconds: number;
  readonly memoryUsage: number;
  readonly memoryWorkingSet: number;
  readonly memoryRss: number;
  /** Infinity when there is none. */
  readonly memoryLimit: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  readonly pids: number;
  readonly blockRead: number;
  readonly blockWrite: number;
  /** Processes the kernel killed because the cgroup was out of memory. */
  readonly oomKills: number;
}

/**
 * Control groups, the same on v1, hybrid and v2 hosts. A cgroup is named by its path below the root ("/skiff-default/abc") in every
 * hierarchy. Calls are synchronous: they touch a kernel file system. On a path that does not exist, `remove` does nothing, `processes`
 * gives none, `stats` gives undefined, and the rest throw ENOENT.
 */
export interface Cgroups {
  readonly version: 1 | 2;
  /** Makes it and its parents. Idempotent. */
  create(path: string): void;
  exists(path: string): boolean;
  apply(path: string, limits: CgroupLimits): void;
  /** Ids of the processes in it and below. */
  processes(path: string): number[];
  /** Puts a process in it. */
  enter(path: string, pid: number): void;
  stats(path: string): CgroupStats | undefined;
  freeze(path: string, frozen: boolean): void;
  /** Sends SIGKILL to everything in it and below, frozen or not. */
  kill(path: string): void;
  /** Deletes it and what is below. False while something still runs in it. */
  remove(path: string): boolean;
  /** Names of the cgroups directly below. */
  children(path: string): string[];
  /** Has moves of processes between cgroups, by whomever, not wait for the kernel, until what it gives is disposed of. */
  expectMoves(): Disposable;
}
