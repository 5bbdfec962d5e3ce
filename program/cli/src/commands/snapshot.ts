/** `skiff snapshot save|restore|ls`: copies of the cluster's state, taken while it runs. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "@skiff/api";
import { restoreInto, restoreSqlite, saveSqliteSnapshot, saveStoreSnapshot, snapshotInfo } from "@skiff/store";
import { runCommand } from "../command.ts";
import { openDatastore } from "../datastore/open-datastore.ts";
import { parseDatastore } from "../datastore/parse-datastore.ts";
import { type InstanceConfig, readConfig } from "../instance/config.ts";
import { runningPid, stopProcess } from "../instance/process.ts";
import { checkRunDirectory } from "../instance/run-directory.ts";
import { startServer } from "../instance/start.ts";
import { type Layout, layoutFor } from "../layout.ts";
import { createLogger, standardError } from "../log.ts";
import { printTable } from "./containers/print-table.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { createProgress } from "./progress.ts";

const SUFFIX = ".snapshot";
const PROCESS_GRACE_MS = 15_000;

export function run([action, ...args]: readonly string[]): Promise<number> {
  const command = commandFor(action);
  if (command) return runCommand(command, args);
  const help = action === undefined || action === "--help" || action === "-h";
  process.stderr.write(
    `${help ? "" : `skiff snapshot: there is no "${action}"\n`}Usage: skiff snapshot save [FILE] | restore FILE | ls\n`,
  );
  return Promise.resolve(action === "--help" || action === "-h" ? 0 : 2);
}

function commandFor(action: string | undefined) {
  switch (action) {
    case "save":
      return instanceCommand("snapshot save", "copy the cluster's state to a file, while the cluster runs")
        .argument("[file]", "where to (default: a new file in <data>/snapshots)")
        .action((file: string | undefined, options: InstanceOptions) => save(file, options));
    case "restore":
      return instanceCommand("snapshot restore", "make the cluster's state what it was when a snapshot was taken")
        .argument("<snapshot>", "a file, or a name that 'skiff snapshot ls' shows")
        .action((snapshot: string, options: InstanceOptions) => restore(snapshot, options));
    case "ls":
      return instanceCommand("snapshot ls", "list the snapshots in <data>/snapshots").action(
        (options: InstanceOptions) => list(layoutFor(options)),
      );
    default:
      return undefined;
  }
}

async function save(file: string | undefined, options: InstanceOptions): Promise<void> {
  const { layout, config } = instanceOf(options);
  const target = file === undefined ? newFile(layout) : resolve(file);
  if (existsSync(target)) throw new Error(`${target} exists already`);
  const datastore = parseDatastore(config.datastore ?? "sqlite");
  if (datastore.type === "sqlite") saveSqliteSnapshot(databaseOf(layout), target);
  else {
    await using store = await openDatastore(datastore, layout, warnings());
    await saveStoreSnapshot(store, target);
  }
  const { keys, revision } = snapshotInfo(target);
  process.stdout.write(`${target}: ${keys} keys at revision ${revision}\n`);
}

async function restore(name: string, options: InstanceOptions): Promise<void> {
  const { layout, config } = instanceOf(options);
  const snapshot = [resolve(name), join(directoryOf(layout), name)].find(existsSync);
  if (snapshot === undefined) throw new Error(`there is no snapshot ${name}: see 'skiff snapshot ls'`);
  snapshotInfo(snapshot); // what is damaged is said before anything is stopped
  const progress = createProgress();
  const runs = runningPid(layout.serverPid) !== undefined;
  if (runs) {
    // Containers go on without them.
    await progress.stage("stop the processes", async () => {
      await stopProcess(layout.serverPid, PROCESS_GRACE_MS);
      await stopProcess(layout.agentPid, PROCESS_GRACE_MS);
    });
  }
  const former = await progress.stage("restore", () => replaceState(snapshot, layout, config));
  if (former !== undefined) process.stdout.write(`What was there before is in ${former}\n`);
  if (runs) await progress.stage("control plane", () => startServer(layout, {}));
}

/** Gives where the former state went, if there was one. */
async function replaceState(snapshot: string, layout: Layout, config: InstanceConfig): Promise<string | undefined> {
  const datastore = parseDatastore(config.datastore ?? "sqlite");
  if (datastore.type === "sqlite") {
    mkdirSync(layout.store, { recursive: true, mode: 0o700 });
    return restoreSqlite(snapshot, databaseOf(layout));
  }
  const former = newFile(layout);
  await using store = await openDatastore(datastore, layout, warnings());
  await saveStoreSnapshot(store, former);
  await restoreInto(store, snapshot);
  return former;
}

function list(layout: Layout): void {
  const directory = directoryOf(layout);
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(SUFFIX)) : [];
  const rows = names.toSorted().map((name) => {
    const { keys, revision, bytes, takenAt } = snapshotInfo(join(directory, name));
    return [name, takenAt.toISOString(), `${(bytes / (1 << 20)).toFixed(1)} MiB`, String(keys), String(revision)];
  });
  printTable(["NAME", "TAKEN", "SIZE", "KEYS", "REVISION"], rows);
}

function instanceOf(options: InstanceOptions): { readonly layout: Layout; readonly config: InstanceConfig } {
  const layout = layoutFor(options);
  checkRunDirectory(layout);
  const config = readConfig(layout);
  if (!config) throw new Error(`there is no instance in ${layout.data}`);
  return { layout, config };
}

function databaseOf(layout: Layout): string {
  return join(layout.store, "state.db");
}

function directoryOf(layout: Layout): string {
  return join(layout.data, "snapshots");
}

function newFile(layout: Layout): string {
  mkdirSync(directoryOf(layout), { recursive: true, mode: 0o700 });
  return join(directoryOf(layout), `${new Date().toISOString().replace(/[:.]/g, "-")}${SUFFIX}`);
}

function warnings(): Logger {
  return createLogger(standardError, "warn");
}
