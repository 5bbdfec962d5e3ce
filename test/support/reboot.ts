/** What a reboot takes away from an instance: its processes, mounts, network, packet rules, cgroups, and all of `/run`. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { addressesIn, cgroupsNaming, linksOn, mountsBelow, processesNaming, tablesNamed } from "./host.ts";

export function pretendReboot({ name, data }: Cluster): void {
  const run = `/run/skiff-${name}`;
  const { serviceCidr, podCidr } = JSON.parse(readFileSync(join(data, "config.json"), "utf8"));
  // Supervisors first, so that nothing is started again; until nothing is left, since a dying process may just have forked.
  for (let victims = ours(data, name); victims.length > 0; victims = ours(data, name)) {
    for (const pid of victims) kill(pid);
  }
  for (const path of mountsBelow(run, data)) execFileSync("umount", ["-l", path]);
  // Loopback stays and loses the address; the Pods' bridge goes with all that is on it.
  for (const { link, address } of addressesIn(prefixOf(serviceCidr), prefixOf(podCidr))) {
    if (link === "lo") execFileSync("ip", ["address", "delete", address, "dev", link]);
    else for (const each of [...linksOn(link), link]) deleteLink(each);
  }
  for (const table of tablesNamed(`skiff-${name}-`)) execFileSync("nft", ["delete", "table", ...table.split(" ")]);
  for (const directory of cgroupsNaming(`skiff-${name}`)) rmdirSync(directory);
  rmSync(run, { recursive: true, force: true });
}

/** One whose other end was in a namespace that nothing uses any more may go by itself meanwhile. */
function deleteLink(link: string): void {
  const { status, stderr } = spawnSync("ip", ["link", "delete", link], { encoding: "utf8" });
  if (status !== 0 && !stderr.includes("Cannot find device")) throw new Error(stderr);
}

function ours(data: string, name: string): number[] {
  return [...new Set([...processesNaming(data), ...processesNaming(`skiff-${name}`)])];
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function prefixOf(cidr: string): string {
  return cidr.split(".").slice(0, 2).join(".").concat(".");
}
