/** What an instance still has of Pods, seen from outside. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { addressesIn, cgroupsNaming, linksOn, mountsBelow, processesNaming, tablesNamed } from "./host.ts";

/** Directories that hold something for every Pod or container, and nothing else. */
const RUN_DIRECTORIES = ["c", "exits", "m", "ns", "r", "shm", "x"];
const DATA_DIRECTORIES = ["engine/containers", "engine/s", "engine/sandboxes", "kubelet/logs", "kubelet/pods"];

/** Everything of Pods and containers on this machine, each with what it is. Empty when there is no Pod, and nothing was forgotten. */
export function leftovers({ name, data }: Cluster): string[] {
  const run = `/run/skiff-${name}`;
  const podNetwork = podPrefix(data);
  const bridges = addressesIn(podNetwork).map(({ link }) => link);
  const directories = [
    ...RUN_DIRECTORIES.map((each) => join(run, each)),
    ...DATA_DIRECTORIES.map((each) => join(data, each)),
  ];
  return [
    ...directories.flatMap((path) => namesIn(path).map((each) => `file ${join(path, each)}`)),
    ...namesIn(run).flatMap((each) => (each.endsWith(".tmp") ? [`file ${join(run, each)}`] : [])),
    ...mountsBelow(run, data).map((path) => `mount ${path}`),
    ...cgroupsNaming(`skiff-${name}`).flatMap((path) =>
      /pod[^/]*-|[0-9a-f]{64}/.test(path) ? [`cgroup ${path}`] : [],
    ),
    ...bridges.flatMap((bridge) => linksOn(bridge).map((link) => `link ${link}`)),
    ...processesNaming(`/run/skiff-${name}/r`).map((pid) => `process ${pid}`),
    ...leases(run).map((owner) => `address of ${owner}`),
    ...addressesOfPodsIn(tablesNamed(`skiff-${name}-proxy`), podNetwork).map((address) => `packet rule for ${address}`),
  ];
}

function leases(run: string): string[] {
  const { leases }: { leases: Record<string, string> } = JSON.parse(readFileSync(join(run, "network.json"), "utf8"));
  return Object.keys(leases);
}

/** Addresses of Pods that elements of these tables name; ranges are no addresses. */
function addressesOfPodsIn(tables: readonly string[], prefix: string): string[] {
  const text = tables
    .map((table) => execFileSync("nft", ["list", "table", ...table.split(" ")], { encoding: "utf8" }))
    .join();
  const address = new RegExp(String.raw`\b${prefix.replaceAll(".", "\\.")}\d+\.\d+\b(?!/)`, "g");
  return [...new Set(text.match(address))];
}

function podPrefix(data: string): string {
  const { podCidr }: { podCidr: string } = JSON.parse(readFileSync(join(data, "config.json"), "utf8"));
  return `${podCidr.split(".").slice(0, 2).join(".")}.`;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
