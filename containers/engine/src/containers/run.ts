/** One run of a container: from its creation by the runtime to the last trace of it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { arch, hostname as hostHostname, release } from "node:os";
import { dirname, join } from "node:path";
import {
  bootId,
  type Cgroups,
  createNamespaces,
  type IdMap,
  identify,
  isSystemError,
  type ProcessIdentity,
  pinNamespace,
  removeNamespaces,
  runsX32,
  signalName,
} from "@skiff/linux";
import type { ContainerSpec } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import type { ImageStore, OciProcessConfig } from "../image-store.ts";
import { attachmentsOf, type ContainerNetworks } from "../network/container-networks.ts";
import { type NameFiles, nameFilesIn, writeNameFiles } from "../network/name-files.ts";
import type { OpenNetworks } from "../network/open-networks.ts";
import { boundingSet } from "../runtime/capabilities.ts";
import { endConmon, type RunPaths, runPaths, startConmon } from "../runtime/conmon.ts";
import { findInit, INIT } from "../runtime/find-init.ts";
import { lowestOomScoreAdj } from "../runtime/lowest-oom-score.ts";
import {
  limitedDevices,
  type OciConfig,
  type OciDevice,
  type OciMount,
  type OciNamespace,
  ociConfig,
} from "../runtime/oci-config.ts";
import { securityModules } from "../runtime/security-modules.ts";
import { readUserFiles, resolveUser } from "../runtime/user.ts";
import type { UserNamespace } from "../runtime/user-namespace.ts";
import type { OpenSandboxes } from "../sandboxes/open-sandboxes.ts";
import { holderName } from "../sandboxes/shared-processes.ts";
import type { Snapshots } from "../snapshots.ts";
import type { SessionExit } from "../streaming.ts";
import type { Endpoint } from "../user-networks.ts";
import type { OpenVolumes } from "../volumes/open-volumes.ts";
import { environmentOf } from "./command-line.ts";
import { hostMounts } from "./host-mounts.ts";
import type { ContainerRecord } from "./record.ts";

export interface RunDeps {
  readonly runDir: string;
  readonly runtime: string;
  readonly images: ImageStore;
  readonly snapshots: Snapshots;
  readonly networks: OpenNetworks;
  readonly joints: ContainerNetworks;
  readonly volumes: OpenVolumes;
  readonly sandboxes: () => OpenSandboxes;
  /** Ids for containers that ask for others than their own. */
  readonly users: UserNamespace | undefined;
  readonly cgroups: Cgroups;
  /** Finds another container by id or name. */
  find(id: string): ContainerRecord | undefined;
  directory(id: string): string;
  /** Path of a container's cgroup. */
  cgroupOf(o: { readonly id: string; readonly parent: string | undefined }): string;
}

/** Has the runtime create the container's first process. Gives the record with what is known of it. `spawned` as conmon's. */
export async function prepareRun(
  deps: RunDeps,
  record: ContainerRecord,
  spawned?: () => void,
): Promise<ContainerRecord> {
  const { spec, id } = record;
  using _moves = deps.cgroups.expectMoves();
  const paths = runPaths(deps.runDir, id);
  await rm(paths.bundle, { recursive: true, force: true });
  await rm(paths.exitFile, { force: true });
  await mkdir(paths.bundle, { recursive: true, mode: 0o700 });
  const users = usersOf(deps, record.spec);
  const shown = users && deps.users?.shown;
  const rootfs = await deps.snapshots.mount(record.snapshot, { shown });
  const network = await prepareNetwork(deps, record, users !== undefined);
  const image = "image" in spec.root ? ((await deps.images.get(record.imageId))?.config.config ?? {}) : {};
  const mounts = await hostMounts(deps.volumes, spec.mounts ?? [], users && deps.users);
  const config = await configOf(deps, { ...record, spec: { ...spec, mounts } }, { rootfs, image, network, users });
  await writeFile(join(paths.bundle, "config.json"), JSON.stringify(config));
  const logPath = record.logPath === "" ? undefined : record.logPath;
  if (logPath !== undefined) await mkdir(dirname(logPath), { recursive: true });
  const conmon = startConmon({
    ...{ id, name: record.name, runDir: deps.runDir, runtime: deps.runtime, logPath },
    // A terminal has no end of input: who leaves it does not close it.
    ...{ tty: spec.tty === true, stdin: spec.stdin === true, stdinOnce: spec.stdinOnce === true && spec.tty !== true },
    spawned,
  });
  // The runtime asks only that the namespace exists: it is connected while the runtime works.
  const [created, connected] = await Promise.allSettled([conmon, network.connect?.(conmon)]);
  if (created.status === "rejected") throw created.reason;
  if (connected.status === "rejected") {
    await endConmon(paths, id);
    throw connected.reason;
  }
  const pid = created.value;
  if (logPath !== undefined) await chmod(logPath, 0o640);
  return {
    ...record,
    process: identify(pid),
    monitor: monitorOf(paths),
    bootId: bootId(),
    addresses: network.endpoints?.map(({ address }) => address) ?? [],
    endpoints: network.endpoints,
    ports: network.ports ?? record.ports,
    ids: users?.ids,
  };
}

/** The user namespace of a run: its ids, and its path where it is another container's. */
interface RunUsers {
  readonly ids: IdMap;
  readonly path?: string | undefined;
}

function usersOf(deps: RunDeps, { network, pid, ipc, users }: ContainerSpec): RunUsers | undefined {
  for (const mode of [network, pid, ipc]) {
    if (typeof mode !== "object" || !("container" in mode)) continue;
    const other = deps.find(mode.container);
    // The namespaces that are shared belong to its user namespace.
    return other?.ids && other.process && { ids: other.ids, path: `/proc/${other.process.pid}/ns/user` };
  }
  return users === "remapped" && deps.users ? { ids: deps.users.ids } : undefined;
}

/** The conmon of a run; undefined when there was none, or it has ended. */
function monitorOf({ conmonPidFile }: RunPaths): ProcessIdentity | undefined {
  try {
    return identify(Number(readFileSync(conmonPidFile, "utf8")));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

interface RunNetwork {
  readonly namespace: OciNamespace | undefined;
  readonly endpoints?: readonly Endpoint[];
  readonly ports?: ContainerRecord["ports"];
  readonly files: NameFiles;
  /** Of the container whose network it is, where it is another one's. */
  readonly hostname?: string;
  /** Connects the namespace. To be called before the program starts. */
  readonly connect?: (process: Promise<number>) => Promise<void>;
}

/** With `remapped` users the runtime makes the namespace, which then belongs to the user namespace. */
async function prepareNetwork(deps: RunDeps, record: ContainerRecord, remapped: boolean): Promise<RunNetwork> {
  const { spec, id, ports } = record;
  const mode = spec.network ?? "bridge";
  const directory = deps.directory(id);
  const hostname = hostnameOf(record);
  const names = { hostname, dns: spec.dns, extraHosts: spec.extraHosts };
  if (mode === "host") {
    const files = await writeNameFiles(directory, { ...names, hostname: spec.hostname ?? hostHostname() });
    return { namespace: undefined, files: { ...files, hosts: spec.extraHosts?.length ? files.hosts : "/etc/hosts" } };
  }
  if (mode === "none") return { namespace: { type: "network" }, files: await writeNameFiles(directory, names) };
  if (mode === "bridge" || "networks" in mode) {
    const pinned = join(deps.runDir, "ns", id);
    removeNamespaces(pinned);
    const { net } = remapped ? {} : createNamespaces(pinned, ["net"]);
    const reserved = deps.joints.reserve(id, attachmentsOf(record), ports);
    const { endpoints } = reserved;
    const files = await writeFiles(deps, record, endpoints);
    const connect = async (process: Promise<number>): Promise<void> => {
      if (remapped) pinNamespace(pinned, "net", await process);
      await deps.joints.connect(record, endpoints);
    };
    const namespace: OciNamespace = { type: "network", ...(net === undefined ? {} : { path: net }) };
    return { namespace, ...reserved, files, connect };
  }
  if ("sandbox" in mode) {
    const sandbox = deps.sandboxes().find(mode.sandbox);
    if (!sandbox) throw new EngineError("not-found", `Cannot join sandbox ${mode.sandbox}: no such sandbox`);
    if (sandbox.state !== "ready")
      throw new EngineError("conflict", `Cannot join sandbox ${mode.sandbox}: it is not ready`);
    const { net } = sandbox.namespaces;
    return { namespace: net === undefined ? undefined : { type: "network", path: net }, files: sandbox.files };
  }
  const other = requireRunning(deps, mode.container, "network");
  return {
    namespace: { type: "network", path: `/proc/${other.process.pid}/ns/net` },
    files: nameFilesIn(deps.directory(other.id)),
    hostname: hostnameOf(other),
  };
}

/** The container whose namespace another joins. */
function requireRunning(
  deps: RunDeps,
  name: string,
  namespace: "network" | "ipc" | "pid",
): ContainerRecord & { readonly process: ProcessIdentity } {
  const found = deps.find(name);
  if (!found) throw new EngineError("conflict", `No such container: ${name}`);
  const { process } = found;
  if (!process || found.state !== "running") {
    const wrong =
      namespace === "network"
        ? `cannot join network of a non running container: ${found.id}`
        : `failed to join ${namespace.toUpperCase()} namespace: container ${found.id} is not running`;
    throw new EngineError("conflict", wrong);
  }
  return { ...found, process };
}

/** What a container with a namespace of its own calls itself. */
function hostnameOf({ id, spec }: ContainerRecord): string {
  return spec.hostname ?? id.slice(0, 12);
}

/** Writes the files that name things in a container with these endpoints; in place, so that a running one sees it. */
export function writeFiles(
  deps: Pick<RunDeps, "directory">,
  record: ContainerRecord,
  endpoints: readonly Endpoint[],
): Promise<NameFiles> {
  const { id, spec } = record;
  return writeNameFiles(deps.directory(id), {
    ...{ hostname: hostnameOf(record), domainname: spec.domainname, dns: spec.dns, extraHosts: spec.extraHosts },
    ...{ addresses: endpoints.map(({ address }) => address), endpoints },
  });
}

async function configOf(
  deps: RunDeps,
  { spec, id, command, cgroup }: ContainerRecord,
  o: {
    readonly rootfs: string;
    readonly image: OciProcessConfig;
    readonly network: RunNetwork;
    readonly users: RunUsers | undefined;
  },
): Promise<OciConfig> {
  const sandbox =
    typeof spec.network === "object" && "sandbox" in spec.network
      ? deps.sandboxes().find(spec.network.sandbox)
      : undefined;
  const user = resolveUser(spec.user ?? o.image.User ?? "", readUserFiles(o.rootfs), spec.groups);
  const own = spec.network === "host" ? hostHostname() : (o.network.hostname ?? id.slice(0, 12));
  const hostname = spec.hostname ?? own;
  const uts = utsNamespace(spec.uts, sandbox?.namespaces.uts, sandbox !== undefined);
  const namespaces: OciNamespace[] = [
    { type: "mount" },
    ...(o.users ? [{ type: "user" as const, ...(o.users.path === undefined ? {} : { path: o.users.path }) }] : []),
    ...(o.network.namespace ? [o.network.namespace] : []),
    ...uts,
    ...joined(deps, "ipc", spec.ipc),
    ...joined(deps, "pid", spec.pid),
    ...(deps.cgroups.version === 2 ? [{ type: "cgroup" as const }] : []),
  ];
  return ociConfig({
    id,
    spec,
    args: spec.init === true ? [INIT, "--", ...command] : command,
    env: environmentOf({
      image: o.image.Env ?? [],
      spec: spec.env ?? [],
      home: user.home,
      hostname: sandbox?.spec.hostname ?? hostname,
      tty: spec.tty === true,
    }),
    cwd: spec.cwd || o.image.WorkingDir || "/",
    user,
    rootfs: o.rootfs,
    hostname: uts.some(({ path }) => path === undefined) ? hostname : undefined,
    namespaces,
    files: [
      ...fileMounts(o.network.files, sharedMemory(deps, spec.ipc), o.users && deps.users?.shown),
      ...(spec.init === true ? [initMount()] : []),
    ],
    cgroupPath: cgroup,
    ids: o.users?.ids,
    host: {
      cgroupVersion: deps.cgroups.version,
      architecture: arch(),
      kernel: release(),
      modules: securityModules(),
      x32: runsX32(),
      capabilities: boundingSet(),
      devices: [
        ...(spec.security?.privileged ? hostDevices() : []),
        ...(spec.devices ?? []).flatMap(({ hostPath }) => deviceAt(hostPath)),
        ...limitedDevices(spec.resources ?? {}).flatMap(deviceAt),
      ],
      lowestOomScoreAdj: lowestOomScoreAdj(),
    },
  });
}

/** What is at /dev/shm instead of a memory of its own. */
function sharedMemory(deps: RunDeps, ipc: ContainerSpec["ipc"]): string | undefined {
  if (ipc === "host") return "/dev/shm";
  return typeof ipc === "object" && "sandbox" in ipc ? deps.sandboxes().sharedMemory(ipc.sandbox) : undefined;
}

function utsNamespace(mode: "host" | undefined, pinned: string | undefined, inSandbox: boolean): OciNamespace[] {
  if (mode === "host" || (inSandbox && pinned === undefined)) return [];
  return [pinned === undefined ? { type: "uts" } : { type: "uts", path: pinned }];
}

function joined(deps: RunDeps, type: "ipc" | "pid", mode: ContainerSpec["ipc"]): OciNamespace[] {
  if (mode === undefined || mode === "none") return [{ type }];
  if (mode === "host") return [];
  if ("sandbox" in mode) {
    if (type === "ipc") {
      const path = deps.sandboxes().find(mode.sandbox)?.namespaces.ipc;
      return path === undefined ? [] : [{ type, path }];
    }
  }
  const { process } = requireRunning(deps, "sandbox" in mode ? holderName(mode.sandbox) : mode.container, type);
  return [{ type, path: `/proc/${process.pid}/ns/${type}` }];
}

function fileMounts(
  files: NameFiles,
  shm: string | undefined,
  shown: (path: string) => string = (path) => path,
): OciMount[] {
  const bind = (destination: string, source: string): OciMount => ({
    destination,
    type: "bind",
    source: shown(source),
    options: ["rbind", "rprivate", "rw"],
  });
  return [
    bind("/etc/resolv.conf", files.resolvConf),
    bind("/etc/hostname", files.hostname),
    bind("/etc/hosts", files.hosts),
    ...(shm === undefined ? [] : [bind("/dev/shm", shm)]),
  ];
}

function initMount(): OciMount {
  return { destination: INIT, type: "bind", source: findInit(), options: ["bind", "ro"] };
}

function hostDevices(): OciDevice[] {
  const names = readdirSync("/dev").filter((name) => !["console", "ptmx", "tty"].includes(name));
  return names.flatMap((name) => deviceAt(join("/dev", name)));
}

/** The device of that path; nothing where there is none. */
function deviceAt(path: string): OciDevice[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || !(stats.isCharacterDevice() || stats.isBlockDevice())) return [];
  const type = stats.isBlockDevice() ? "b" : "c";
  const [major, minor] = [(stats.rdev >> 8) & 0xfff, (stats.rdev & 0xff) | ((stats.rdev >> 12) & 0xfff00)];
  return [{ path, type, major, minor, fileMode: stats.mode & 0o777, uid: stats.uid, gid: stats.gid }];
}

/** How a run ended, from the file conmon leaves; undefined while there is none. */
export async function readExit(paths: RunPaths): Promise<{ exit: SessionExit; finishedAt: number } | undefined> {
  try {
    const code = Number((await readFile(paths.exitFile, "utf8")).trim());
    const { mtimeMs } = await stat(paths.exitFile);
    const oom = await lstat(paths.oomFile).then(() => true, absentIsFalse);
    const signal = code > 128 && code < 193 ? signalName(code - 128) : undefined;
    return { exit: { code, signal, ...(oom ? { oom } : {}) }, finishedAt: mtimeMs };
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function absentIsFalse(error: unknown): false {
  if (isSystemError(error, "ENOENT")) return false;
  throw error;
}

/** Takes away everything of an ended run: what may still run in its cgroup, namespaces, address, mounts, runtime state. Idempotent. */
export async function cleanUpRun(deps: RunDeps, record: ContainerRecord): Promise<void> {
  await releaseRun(deps, record);
  await clearRun(deps, record);
}

/** The part of it that others may wait for: its processes are gone, its address and ports are free. Idempotent. */
export async function releaseRun(deps: RunDeps, record: ContainerRecord): Promise<void> {
  await emptyCgroup(deps.cgroups, record.cgroup);
  await deps.joints.detach(record);
}

/** The rest: what lies in the engine's own directories, which opening the engine would clear, too. Idempotent. */
export async function clearRun(
  deps: RunDeps,
  record: ContainerRecord,
  { keepExit = false }: { readonly keepExit?: boolean } = {},
): Promise<void> {
  const paths = runPaths(deps.runDir, record.id);
  removeNamespaces(join(deps.runDir, "ns", record.id));
  if (record.ownsSnapshot) await deps.snapshots.unmount(record.snapshot);
  await Promise.all(
    [paths.bundle, paths.runtimeState, ...(keepExit ? [] : [paths.exitFile])].map((path) =>
      rm(path, { recursive: true, force: true }),
    ),
  );
}

const CGROUP_ATTEMPTS = 200;

// Killed processes leave a cgroup a moment after the signal, and the kernel tells nobody when.
async function emptyCgroup(cgroups: Cgroups, path: string): Promise<void> {
  for (let attempt = 0; attempt < CGROUP_ATTEMPTS; attempt++) {
    cgroups.kill(path);
    if (cgroups.remove(path)) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(1 + attempt, 25)));
  }
  throw new EngineError("internal", `Cannot remove the cgroup ${path}: processes in it do not end`);
}

/** Ids of the runs that have left something in the runtime directory: a bundle, the runtime's state, or an exit code. */
export async function leftoverRuns(runDir: string): Promise<ReadonlySet<string>> {
  const names = await Promise.all(["c", "r", "exits"].map((each) => readdir(join(runDir, each)).catch(absentIsNone)));
  return new Set(names.flat().filter((name) => /^[0-9a-f]{64}$/.test(name)));
}

function absentIsNone(error: unknown): string[] {
  if (isSystemError(error, "ENOENT")) return [];
  throw error;
}
