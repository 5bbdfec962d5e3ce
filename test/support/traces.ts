/** A listing of everything an engine has on this machine, to compare what was with what is. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addressesIn, cgroupsNaming, linksOn, mountsBelow, processesNaming, tablesNamed } from "./host.ts";

/**
 * Mounts, control groups, processes beside the engine's own, links on its bridges, packet rules and files of an instance, one a line. What
 * is not the containers' is left out: logs, and what is kept of images and builds.
 */
export function hostTraces({ name, data }: { readonly name: string; readonly data: string }): string[] {
  const run = `/run/skiff-${name}`;
  return [
    ...mountsBelow(run, data).map((path) => `mount ${path}`),
    ...cgroupsNaming(`skiff-${name}`).map((path) => `cgroup ${path}`),
    ...processesNaming(`/run/skiff-${name}/r`).map((pid) => `process ${pid}`),
    ...processesNaming(`/skiff-${name}/`).map((pid) => `process ${pid}`),
    ...addressesIn(podPrefix(data)).flatMap(({ link }) => [link, ...linksOn(link)].map((each) => `link ${each}`)),
    ...tablesNamed(`skiff-${name}-`).map((table) =>
      execFileSync("nft", ["--stateless", "list", "table", ...table.split(" ")], { encoding: "utf8" }),
    ),
    ...filesBelow(run),
    ...filesBelow(join(data, "engine")).filter((path) => !/\/engine\/(content|builder)\//.test(path)),
  ].toSorted();
}

/** The first two numbers of the range that containers on the default network have addresses of. */
function podPrefix(data: string): string {
  const { podCidr }: { podCidr: string } = JSON.parse(readFileSync(join(data, "config.json"), "utf8"));
  return `${podCidr.split(".").slice(0, 2).join(".")}.`;
}

/** Files and directories; of a layer or a volume only that it is there. */
function filesBelow(directory: string, depth = 3): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return [`file ${path}`, ...(entry.isDirectory() && depth > 0 ? filesBelow(path, depth - 1) : [])];
  });
}
