/** Control groups version 2 (Documentation/admin-guide/cgroup-v2). */
import { existsSync } from "node:fs";
import { join } from "node:path";
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

/** Control groups over the one hierarchy mounted at `root`. */
export function cgroupsV2(root: string): Cgroups {
  return {
    version: 2,
    create(path) {
      let directory = root;
      for (const part of path.split("/").filter(Boolean)) {
        // Controllers are handed down one level at a time.
        const available = readOptional(join(directory, "cgroup.controllers"))?.split(" ").filter(Boolean) ?? [];
        const given = new Set(readOptional(join(directory, "cgroup.subtree_control"))?.split(" "));
        const missing = available.filter((controller) => !given.has(controller));
        if (missing.length > 0)
          writeCgroupFile(directory, "cgroup.subtree_control", missing.map((name) => `+${name}`).join(" "));
        directory = join(directory, part);
        makeDirectory(directory);
      }
    },
    exists: (path) => existsSync(join(root, path)),
    apply: (path, limits) => applyLimits(join(root, path), limits),
    processes: (path) => processesIn(join(root, path)),
    enter: (path, pid) => writeCgroupFile(join(root, path), "cgroup.procs", pid),
    stats: (path) => (existsSync(join(root, path)) ? readStats(join(root, path)) : undefined),
    freeze: (path, frozen) => writeCgroupFile(join(root, path), "cgroup.freeze", frozen ? 1 : 0),
    kill(path) {
      if (existsSync(join(root, path))) writeCgroupFile(join(root, path), "cgroup.kill", 1);
    },
    remove: (path) => removeTree(join(root, path)),
    children: (path) => childrenOf(join(root, path)),
    expectMoves: promptMoves((own) => {
      const unified = own.find(({ hierarchy }) => hierarchy === "0");
      return unified && join(root, unified.path);
    }),
  };
}

/** Weight (1–10000) for v1 shares (2–262144): the mapping the OCI runtimes use. */
export function weightOf(shares: number): number {
  return Math.floor(1 + ((Math.min(Math.max(shares, 2), 262144) - 2) * 9999) / 262142);
}

function applyLimits(directory: string, limits: CgroupLimits): void {
  const write = (file: string, value: string | number | undefined): void => {
    if (value !== undefined) writeCgroupFile(directory, file, value === -1 ? "max" : value);
  };
  write("memory.max", limits.memory);
  if (limits.memorySwap !== undefined && readOptional(join(directory, "memory.swap.max")) !== undefined)
    write("memory.swap.max", limits.memorySwap === -1 ? -1 : Math.max(limits.memorySwap - (limits.memory ?? 0), 0));
  write("memory.low", limits.memoryReservation);
  write("cpu.weight", limits.cpuShares === undefined ? undefined : weightOf(limits.cpuShares));
  if (limits.cpuQuota !== undefined)
    write("cpu.max", `${limits.cpuQuota > 0 ? limits.cpuQuota : "max"} ${limits.cpuPeriod ?? 100000}`);
  write("cpuset.cpus", limits.cpusetCpus);
  write("cpuset.mems", limits.cpusetMems);
  write("pids.max", limits.pids);
}

function readStats(directory: string): CgroupStats {
  const text = (file: string): string | undefined => readOptional(join(directory, file));
  const memory = readKeyed(join(directory, "memory.stat"));
  const usage = Number(text("memory.current") ?? 0);
  const limit = text("memory.max");
  const io = (text("io.stat") ?? "")
    .split("\n")
    .map((line) => new Map(line.split(" ").map((part) => part.split("=") as [string, string])));
  const sum = (key: string): number => io.reduce((total, device) => total + Number(device.get(key) ?? 0), 0);
  return {
    cpuNanoseconds: (readKeyed(join(directory, "cpu.stat")).get("usage_usec") ?? 0) * 1000,
    memoryUsage: usage,
    memoryWorkingSet: Math.max(0, usage - (memory.get("inactive_file") ?? 0)),
    memoryRss: memory.get("anon") ?? 0,
    memoryLimit: limit === undefined || limit === "max" ? Number.POSITIVE_INFINITY : Number(limit),
    pageFaults: memory.get("pgfault") ?? 0,
    majorPageFaults: memory.get("pgmajfault") ?? 0,
    pids: Number(text("pids.current") ?? 0),
    blockRead: sum("rbytes"),
    blockWrite: sum("wbytes"),
    oomKills: readKeyed(join(directory, "memory.events")).get("oom_kill") ?? 0,
  };
}
