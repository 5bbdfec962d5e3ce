import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { deleteTable, Links, mountsBelow, openCgroups, removeNamespaces, signalProcess, unmount } from "@skiff/linux";
import type { ContainerRecord } from "./containers/record.ts";
import { readJson } from "./durable-file.ts";
import { linksOf, networkNames } from "./network/open-networks.ts";
import { bridgeOf } from "./network/open-user-networks.ts";
import { endConmon, runPaths } from "./runtime/conmon.ts";

const SIGKILL = 9;

/**
 * Takes away everything an engine ever made: containers, mounts, namespaces, interfaces, packet rules, cgroups, files. No engine may be
 * open on the root. Calling it again, or where there was none, does nothing.
 */
export async function purgeEngine(o: {
  readonly root: string;
  readonly runDir: string;
  readonly instance: string;
  readonly cgroupParent?: string | undefined;
}): Promise<void> {
  const cgroups = openCgroups();
  const parent = o.cgroupParent ?? `/skiff-${o.instance}`;
  const records: ContainerRecord[] = [];
  for (const id of await namesIn(join(o.root, "containers"))) {
    const record = await readJson<ContainerRecord>(join(o.root, "containers", id, "record.json"));
    if (record) records.push(record);
  }
  for (const { process } of records) if (process) signalProcess(process, SIGKILL);
  for (const id of await namesIn(join(o.runDir, "c"))) await endConmon(runPaths(o.runDir, id), id);
  for (const path of [...records.map(({ cgroup }) => cgroup), parent])
    await emptied(
      () => cgroups.kill(path),
      () => cgroups.remove(path),
    );
  const { bridge, table } = networkNames(o.instance);
  // The kernel ends namespaces, and the interfaces in them, some time later; the bridge never.
  for (const id of await namesIn(join(o.runDir, "ns"))) removeNamespaces(join(o.runDir, "ns", id));
  using links = new Links();
  const own = (await namesIn(join(o.root, "networks"))).map((id) => bridgeOf(o.instance, id));
  for (const each of [bridge, ...own]) for (const name of [...linksOf(each), each]) links.remove(name);
  await deleteTable("ip", table);
  for (const directory of [o.runDir, o.root]) {
    for (const target of mountsBelow(directory)) unmount(target);
    await rm(directory, { recursive: true, force: true });
  }
}

async function emptied(kill: () => void, remove: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    kill();
    if (remove()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("Cannot remove a cgroup: processes in it do not end");
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
