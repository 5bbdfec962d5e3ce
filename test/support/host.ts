/** What of an instance is on this machine, seen from outside: processes, mounts, links, packet tables, cgroups. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Processes whose control group or command line names `word`, those that have ended but were not waited for left out. */
export function processesNaming(word: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => readProc(pid, "cgroup").includes(word) || readProc(pid, "cmdline").includes(word))
    .filter((pid) => !/^State:\s+[ZX]/m.test(readProc(pid, "status")));
}

/** Processes inside a container: they are in its control group, and are not the `conmon` that holds it. */
export function processesInside(containerId: string): number[] {
  return processesNaming(containerId).filter((pid) => !/conmon|runc/.test(readProc(pid, "comm")));
}

/** Mount points below any of `roots`, innermost first. */
export function mountsBelow(...roots: readonly string[]): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => roots.some((root) => path === root || path.startsWith(`${root}/`)))
    .toReversed();
}

/** A link and one of its addresses, as "address/length". */
export interface LinkAddress {
  readonly link: string;
  readonly address: string;
}

/** Addresses of this machine in one of the ranges, given by their first two numbers ("10.97."). */
export function addressesIn(...prefixes: readonly string[]): LinkAddress[] {
  const links: { ifname: string; addr_info: { local?: string; prefixlen: number }[] }[] = JSON.parse(
    execFileSync("ip", ["-json", "address"], { encoding: "utf8" }),
  );
  return links.flatMap(({ ifname, addr_info }) =>
    addr_info
      .filter(({ local }) => prefixes.some((prefix) => local?.startsWith(prefix)))
      .map(({ local, prefixlen }) => ({ link: ifname, address: `${local}/${prefixlen}` })),
  );
}

/** Links on the bridge `bridge`. */
export function linksOn(bridge: string): string[] {
  const links: { ifname: string }[] = JSON.parse(
    execFileSync("ip", ["-json", "link", "show", "master", bridge], { encoding: "utf8" }) || "[]",
  );
  return links.map(({ ifname }) => ifname);
}

/** Packet tables whose names begin with `prefix`, as "family name". */
export function tablesNamed(prefix: string): string[] {
  const { nftables }: { nftables: { table?: { family: string; name: string } }[] } = JSON.parse(
    execFileSync("nft", ["-j", "list", "tables"], { encoding: "utf8" }),
  );
  return nftables.flatMap(({ table }) => (table?.name.startsWith(prefix) ? [`${table.family} ${table.name}`] : []));
}

/** Control group directories that name `word`, and all below them, innermost first. */
export function cgroupsNaming(word: string): string[] {
  return globSync([`/sys/fs/cgroup/**/*${word}*`, `/sys/fs/cgroup/**/*${word}*/**/`])
    .map((path) => path.replace(/\/$/, ""))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
    .toSorted()
    .toReversed();
}

/** Limits of a cgroup, on version 1 and 2 alike: bytes of memory, and CPUs. */
export function limitsOf(cgroup: string): { memory: number; cpus: number } {
  const root = "/sys/fs/cgroup";
  const read = (...paths: string[]): string | undefined => {
    const path = paths.map((each) => join(root, each)).find((each) => existsSync(each));
    return path && readFileSync(path, "utf8").trim();
  };
  const memory = read(`memory/${cgroup}/memory.limit_in_bytes`, `${cgroup}/memory.max`);
  const [quota, period = read(`cpu/${cgroup}/cpu.cfs_period_us`)] = (
    read(`cpu/${cgroup}/cpu.cfs_quota_us`, `${cgroup}/cpu.max`) ?? ""
  ).split(" ");
  return { memory: Number(memory), cpus: Number(quota) / Number(period) };
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw error;
  }
}
