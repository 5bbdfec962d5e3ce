/** Control groups version 1, and hybrid hosts, where the controllers are still version 1. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../libc.ts";
import type { CgroupLimits, CgroupStats, Cgroups } from "./cgroups.ts";
import {
  childrenOf,
  makeDirectory,
  processesIn,
  readKeyed,
  readOptional,
  removeTree,
  writeCgroupFile,
} from "./files.ts";
import { promptMoves } from "./prompt-moves.ts";

/** Above this a v1 memory limit means none: the kernel rounds "no limit" down to a page. */
const NO_LIMIT = 2 ** 62;

/** Control groups over hierarchies given as controller name → mount point. */
export function cgroupsV1(hierarchies: ReadonlyMap<string, string>): Cgroups {
  const mounts = [...new Set(hierarchies.values())];
  const at = (controller: string, path: string): string | undefined => {
    const mount = hierarchies.get(controller);
    return mount === undefined ? undefined : join(mount, path);
  };
  const tracking = at("pids", "") ?? at("freezer", "") ?? at("memory", "") ?? mounts[0] ?? "";

  const freeze = (path: string, frozen: boolean): void => {
    const directory = at("freezer", path);
    if (directory) writeCgroupFile(directory, "freezer.state", frozen ? "FROZEN" : "THAWED");
  };

  return {
    version: 1,
    create(path) {
      for (const mount of mounts) {
        makeDirectory(join(mount, path));
        if (mount === hierarchies.get("cpuset")) inheritCpuset(mount, path);
      }
    },
    exists: (path) => mounts.some((mount) => existsSync(join(mount, path))),
    apply: (path, limits) => applyLimits((controller) => at(controller, path), limits),
    processes: (path) => processesIn(join(tracking, path)),
    enter(path, pid) {
      for (const mount of mounts) writeCgroupFile(join(mount, path), "cgroup.procs", pid);
    },
    stats: (path) => (existsSync(join(tracking, path)) ? readStats((controller) => at(controller, path)) : undefined),
    freeze,
    kill(path) {
      const pids = processesIn(join(tracking, path));
      for (const pid of pids) {
        try {
          // The id was read from the cgroup a moment ago, and the callers own what is in it.
          process.kill(pid, "SIGKILL");
        } catch (error) {
          if (!isSystemError(error, "ESRCH")) throw error;
        }
      }
      if (pids.length > 0 && existsSync(at("freezer", path) ?? "")) freeze(path, false);
    },
    remove: (path) => mounts.map((mount) => removeTree(join(mount, path))).every(Boolean),
    children: (path) => [...new Set(mounts.flatMap((mount) => childrenOf(join(mount, path))))],
    expectMoves: promptMoves((own) => {
      for (const { controllers, path } of own) {
        const directory = controllers[0] === undefined ? undefined : at(controllers[0], path);
        if (directory !== undefined) return directory;
      }
    }),
  };
}

// A v1 cpuset is born empty, and nothing can run in it until it names CPUs and memory nodes.
function inheritCpuset(mount: string, path: string): void {
  let directory = mount;
  for (const part of path.split("/").filter(Boolean)) {
    const parent = directory;
    directory = join(directory, part);
    for (const file of ["cpuset.cpus", "cpuset.mems"])
      if (readOptional(join(directory, file)) === "")
        writeCgroupFile(directory, file, readOptional(join(parent, file)) ?? "0");
  }
}

const SWAP_LIMIT = "memory.memsw.limit_in_bytes";

function applyLimits(at: (controller: string) => string | undefined, limits: CgroupLimits): void {
  const write = (controller: string, file: string, value: string | number | undefined): void => {
    const directory = at(controller);
    if (value !== undefined && directory !== undefined) writeCgroupFile(directory, file, value);
  };
  // The kernel wants memory alone to be no more than memory and swap at every moment. Not every kernel counts swap.
  const swapNow = readOptional(join(at("memory") ?? "", SWAP_LIMIT));
  const swap = swapNow === undefined ? undefined : limits.memorySwap;
  const swapFirst = (limits.memory ?? -1) > Number(swapNow ?? Number.POSITIVE_INFINITY);
  if (swapFirst) write("memory", SWAP_LIMIT, swap);
  write("memory", "memory.limit_in_bytes", limits.memory);
  if (!swapFirst) write("memory", SWAP_LIMIT, swap);
  write("memory", "memory.soft_limit_in_bytes", limits.memoryReservation);
  write("cpu", "cpu.shares", limits.cpuShares);
  write("cpu", "cpu.cfs_period_us", limits.cpuPeriod);
  write("cpu", "cpu.cfs_quota_us", limits.cpuQuota);
  write("cpuset", "cpuset.cpus", limits.cpusetCpus);
  write("cpuset", "cpuset.mems", limits.cpusetMems);
  write("pids", "pids.max", limits.pids === -1 ? "max" : limits.pids);
}

function readStats(at: (controller: string) => string | undefined): CgroupStats {
  const number = (controller: string, file: string): number =>
    Number(readOptional(join(at(controller) ?? "", file)) ?? 0);
  const memory = readKeyed(join(at("memory") ?? "", "memory.stat"));
  const usage = number("memory", "memory.usage_in_bytes");
  const limit = number("memory", "memory.limit_in_bytes");
  const io = readOptional(join(at("blkio") ?? "", "blkio.throttle.io_service_bytes_recursive")) ?? "";
  return {
    cpuNanoseconds: number("cpuacct", "cpuacct.usage"),
    memoryUsage: usage,
    memoryWorkingSet: Math.max(0, usage - (memory.get("total_inactive_file") ?? 0)),
    memoryRss: memory.get("total_rss") ?? 0,
    memoryLimit: limit === 0 || limit >= NO_LIMIT ? Number.POSITIVE_INFINITY : limit,
    pageFaults: memory.get("total_pgfault") ?? 0,
    majorPageFaults: memory.get("total_pgmajfault") ?? 0,
    pids: number("pids", "pids.current"),
    blockRead: sumIo(io, "Read"),
    blockWrite: sumIo(io, "Write"),
    oomKills: readKeyed(join(at("memory") ?? "", "memory.oom_control")).get("oom_kill") ?? 0,
  };
}

function sumIo(text: string, kind: string): number {
  return text.split("\n").reduce((sum, line) => {
    const [, operation, bytes] = line.split(" ");
    return operation === kind ? sum + Number(bytes) : sum;
  }, 0);
}
