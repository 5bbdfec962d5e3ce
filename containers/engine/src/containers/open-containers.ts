import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Cgroups, Logger } from "@skiff/linux";
import type { ContainerMount, ContainerSpec, PortPublication } from "../container-spec.ts";
import type { ContainerEvent, ContainerStats, Containers } from "../containers.ts";
import type { ContentStore } from "../content-store.ts";
import { readJson } from "../durable-file.ts";
import { EngineError } from "../engine-error.ts";
import type { OciProcessConfig } from "../image-store.ts";
import { writeLayer } from "../layers/write-layer.ts";
import { RecordStore } from "../record-store.ts";
import { boundingSet, capabilitiesOf } from "../runtime/capabilities.ts";
import { runPaths } from "../runtime/conmon.ts";
import type { OciConfig } from "../runtime/oci-config.ts";
import { checkSeccompProfile } from "../runtime/seccomp-profile.ts";
import { readUserFiles, resolveUser } from "../runtime/user.ts";
import { copyUp } from "../volumes/copy-up.ts";
import { attachSession, endedSession, reopenLog, resizeContainer } from "./attach-session.ts";
import { commandOf } from "./command-line.ts";
import { commitContainer, ownChanges } from "./commit-container.ts";
import { makeVolumes, removeAnonymous, volumesOf } from "./container-volumes.ts";
import { clearExecs, execSession } from "./exec-session.ts";
import { Lifecycle } from "./lifecycle.ts";
import { joinNetwork, leaveNetwork, withNetworkIds } from "./network-membership.ts";
import { randomName } from "./random-name.ts";
import { readLogs } from "./read-logs.ts";
import { type ContainerRecord, toContainer } from "./record.ts";
import type { RunDeps } from "./run.ts";
import { limitsOf, updatedRecord } from "./updated-record.ts";

const DEFAULT_STOP_SECONDS = 10;
/** By then the runtime has put a program into its container's cgroups. */
const ENTERED_MS = 100;
/** As long as a timer can be. */
const FOREVER_SECONDS = 2_147_483;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export interface ContainersDeps extends Omit<RunDeps, "find" | "directory" | "cgroupOf"> {
  readonly content: ContentStore;
  readonly root: string;
  readonly cgroupParent: string;
  readonly cgroups: Cgroups;
  readonly log: Logger;
}

export interface OpenContainers extends Containers, AsyncDisposable {
  /** Finds out what became of the containers meanwhile. To be called once, before anything else. */
  adopt(): Promise<void>;
  /** Starts what is to run whenever the engine does. To be called last. */
  startPending(): Promise<void>;
  imagesInUse(): ReadonlySet<string>;
  /** Ports by container, for those with an address of their own. */
  ports(): ReadonlyMap<string, readonly PortPublication[]>;
  /** Has the first process created ahead of `start`. */
  prepare(id: string): Promise<void>;
  records(): readonly ContainerRecord[];
  inSandbox(sandbox: string): ContainerRecord[];
  /** Ids of the containers that mount a volume. */
  withVolume(name: string): string[];
}

/** Opens the containers recorded below `root`. */
export async function openContainers(deps: ContainersDeps): Promise<OpenContainers> {
  const { runDir, images, snapshots, cgroups } = deps;
  const records = await RecordStore.open<ContainerRecord>(deps.root, ({ spec }) => !spec.autoRemove);
  /** Names of containers that are being created. */
  const pending = new Set<string>();
  const isTaken = (name: string): boolean => pending.has(name) || records.list().some((record) => record.name === name);

  const find = (text: string): ContainerRecord | undefined => {
    const exact = records.get(text) ?? records.list().find(({ name }) => name === text.replace(/^\//, ""));
    if (exact || text.length === 0) return exact;
    const matches = records.list().filter(({ id }) => id.startsWith(text));
    if (matches.length > 1)
      throw new EngineError("conflict", `Cannot choose a container: ${text} is the beginning of several ids`);
    return matches[0];
  };
  const require = (text: string): ContainerRecord => {
    const found = find(text);
    if (!found) throw new EngineError("not-found", `No such container: ${text}`);
    return found;
  };
  const cgroupOf: RunDeps["cgroupOf"] = ({ id, parent }) => join("/", parent ?? deps.cgroupParent, id);
  const runDeps: RunDeps = { ...deps, find, directory: (id) => records.directory(id), cgroupOf };
  const life = new Lifecycle(records, runDeps, (...args) => exec(...args), deps.log);
  const { mutex } = life;
  const view = (record: ContainerRecord) => ({
    ...toContainer(record, life.rootfs(record.id)),
    health: life.health(record.id),
  });
  const requireRunning = (text: string): ContainerRecord => {
    const record = require(text);
    if (record.state !== "running") throw new EngineError("conflict", `Container ${record.name} is not running`);
    return record;
  };
  const exec: Containers["exec"] = async (text, spec, signal) => {
    signal?.throwIfAborted();
    const record = requireRunning(text);
    const moves = cgroups.expectMoves();
    setTimeout(() => moves[Symbol.dispose](), ENTERED_MS).unref();
    const config = await readJson<OciConfig>(join(runPaths(runDir, record.id).bundle, "config.json"));
    if (!config) throw new EngineError("conflict", `Container ${record.name} is not running`);
    const { consoleSize: _size, ...inherited } = config.process;
    const user =
      spec.user === undefined
        ? undefined
        : resolveUser(spec.user, readUserFiles(life.rootfs(record.id)), record.spec.groups);
    const capabilities = spec.privileged ? capabilitiesOf({ privileged: true }, boundingSet()) : undefined;
    const session = await execSession({
      container: record.id,
      runDir,
      runtime: deps.runtime,
      stdin: spec.stdin === true,
      detached: spec.detached === true,
      size: spec.size,
      process: {
        ...inherited,
        args: spec.args,
        terminal: spec.tty === true,
        ...(spec.tty && spec.size ? { consoleSize: spec.size } : {}),
        env: [...config.process.env, ...(spec.tty ? ["TERM=xterm"] : []), ...(spec.env ?? [])],
        cwd: spec.cwd ?? config.process.cwd,
        ...(user ? { user: { uid: user.uid, gid: user.gid, additionalGids: user.groups } } : {}),
        ...(capabilities
          ? { capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities } }
          : {}),
      },
    });
    signal?.addEventListener("abort", () => session.close(), { once: true });
    return session;
  };
  const prepare = (id: string) => mutex.run(id, () => life.prepare(id));
  const networking = {
    joints: deps.joints,
    directory: runDeps.directory,
    save: async (record: ContainerRecord) => void (await records.happened(record)),
  };
  const stop: Containers["stop"] = async (text, { timeout, signal } = {}) => {
    const { id, spec, state, imageId } = require(text);
    await mutex.run(id, () => life.stay(id));
    const over = life.ended(id);
    if ((state !== "running" && state !== "paused") || !over) {
      await life.end(id);
      return view(records.get(id) ?? require(text));
    }
    const last = require(text);
    const image = "image" in spec.root ? await images.get(imageId) : undefined;
    if (state === "paused") await mutex.run(id, () => life.setPaused(id, false));
    const asked = timeout ?? spec.stopTimeout ?? DEFAULT_STOP_SECONDS;
    const seconds = asked < 0 ? FOREVER_SECONDS : asked;
    // It may have ended by itself meanwhile.
    if (seconds > 0 && life.ended(id) === over) {
      life.kill(id, signal ?? spec.stopSignal ?? image?.config.config?.StopSignal ?? "SIGTERM");
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, seconds * 1000);
      await Promise.race([over, promise]);
      clearTimeout(timer);
    }
    if (life.ended(id) === over) await life.end(id);
    await over;
    return view(records.get(id) ?? { ...last, state: "exited" });
  };

  const remove: Containers["remove"] = async (text, { force = false, volumes = false } = {}) => {
    const { id, state, name } = require(text);
    if (state === "running" || state === "paused" || state === "restarting") {
      if (!force)
        throw new EngineError(
          "conflict",
          `Cannot remove container ${name}: it is ${state}; stop it first, or force the removal`,
        );
    }
    await mutex.run(id, () => life.stay(id));
    const over = life.ended(id);
    if (over) {
      await life.end(id);
      await over;
    }
    await mutex.run(id, async () => {
      if (!records.get(id)) return; // removed by itself meanwhile
      await life.remove(id, { volumes });
    });
  };

  return {
    async adopt() {
      await clearExecs(runDir);
      await life.adopt();
    },
    startPending: () => life.startPending(),
    imagesInUse: () => new Set(records.list().map(({ imageId }) => imageId)),
    ports: () =>
      new Map(
        records
          .list()
          .filter(({ process, addresses }) => process && addresses.length > 0)
          .map(({ id, ports }) => [id, ports]),
      ),
    withVolume: (name) =>
      records.list().flatMap((record) => (volumesOf(record.spec).includes(name) ? [record.id] : [])),
    records: () => records.list(),
    inSandbox: (sandbox) =>
      records
        .list()
        .filter(
          ({ spec: { network } }) => typeof network === "object" && "sandbox" in network && network.sandbox === sandbox,
        ),
    async create(spec) {
      const id = spec.id ?? randomBytes(32).toString("hex");
      if (!/^[0-9a-f]{64}$/.test(id))
        throw new EngineError("invalid", `Cannot create a container with the id "${id}": not 64 hex digits`);
      const name = spec.name ?? randomName(isTaken);
      if (!NAME.test(name))
        throw new EngineError(
          "invalid",
          `Cannot name a container "${name}": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
        );
      const holder = records.list().find((other) => other.name === name || other.id === id);
      if (holder || pending.has(name))
        throw new EngineError(
          "conflict",
          `Conflict. The container name "/${name}" is already in use by container "${holder?.id ?? "being created"}". You have to remove (or rename) that container to be able to reuse that name.`,
        );
      pending.add(name);
      const created = await mutex.run(id, async () => {
        const image = "image" in spec.root ? await images.get(spec.root.image) : undefined;
        let mounts: readonly ContainerMount[] = [];
        try {
          if ("image" in spec.root && !image) throw new EngineError("not-found", `No such image: ${spec.root.image}`);
          const process: OciProcessConfig = image?.config.config ?? {};
          const command = commandOf(spec, process);
          const network = withNetworkIds(deps.joints, spec.network);
          if (deps.users && spec.users === "remapped") checkRemapped(spec);
          const { seccomp } = spec.security ?? {};
          if (typeof seccomp === "object") checkSeccompProfile(seccomp);
          capabilitiesOf({ add: spec.security?.capAdd, drop: spec.security?.capDrop }, boundingSet());
          const ownsSnapshot = image !== undefined;
          const snapshot = "snapshot" in spec.root ? spec.root.snapshot : id;
          if (image) await snapshots.prepare(id, await snapshots.unpack(image), { untilReboot: spec.autoRemove });
          else if (!(await snapshots.get(snapshot)))
            throw new EngineError("not-found", `Cannot find the snapshot ${snapshot}`);
          const logPath = spec.log === "none" ? "" : (spec.log ?? join(records.directory(id), "container.log"));
          mounts = await makeVolumes(deps.volumes, spec.mounts ?? [], Object.keys(process.Volumes ?? {}));
          for (const { type, source = "", target, noCopy } of mounts) {
            if (type !== "volume" || noCopy || !image) continue;
            await copyUp(await snapshots.mount(id), target, await deps.volumes.mount(source));
          }
          await records.save({
            ...{
              id,
              name,
              spec: { ...spec, mounts, network },
              imageId: image?.id ?? "",
              command,
              state: "created",
              createdAt: Date.now(),
              logPath,
            },
            ...{
              addresses: [],
              snapshot,
              ownsSnapshot,
              ports: spec.ports ?? [],
              cgroup: cgroupOf({ id, parent: spec.cgroupParent }),
            },
          });
        } catch (error) {
          if (image) await snapshots.remove(id);
          await removeAnonymous(deps.volumes, { mounts });
          throw error;
        } finally {
          pending.delete(name);
        }
        life.created(id);
        return view(life.require(id));
      });
      // Whoever wants it removed at its end is about to start it: the runtime works while the client makes up its next request.
      if (spec.autoRemove) prepare(id).catch(() => undefined); // the start tries again, and tells
      return created;
    },
    async get(text) {
      const found = find(text);
      return found && view(found);
    },
    async list({ labels = {}, state, sandbox } = {}) {
      return records
        .list()
        .filter((record) => state === undefined || record.state === state)
        .filter(({ spec }) => Object.entries(labels).every(([key, value]) => spec.labels?.[key] === value))
        .filter(
          ({ spec: { network } }) =>
            sandbox === undefined ||
            (typeof network === "object" && "sandbox" in network && network.sandbox === sandbox),
        )
        .map(view);
    },
    async start(text) {
      const { id } = require(text);
      await mutex.run(id, () => life.start(id));
      return view(life.require(id));
    },
    prepare,
    stop,
    async kill(text, signal = "SIGKILL") {
      const { id } = require(text);
      life.kill(id, signal);
      await mutex.run(id, () => life.stay(id));
    },
    async pause(text) {
      const { id } = require(text);
      await mutex.run(id, () => life.setPaused(id, true));
    },
    async unpause(text) {
      const { id } = require(text);
      await mutex.run(id, () => life.setPaused(id, false));
    },
    async rename(text, name) {
      const { id } = require(text);
      await mutex.run(id, async () => {
        const record = life.require(id);
        if (!NAME.test(name)) throw new EngineError("invalid", `Cannot name a container "${name}"`);
        if (isTaken(name))
          throw new EngineError("conflict", `Cannot rename container ${record.name}: "${name}" is in use`);
        await records.save({ ...record, name });
      });
    },
    remove,
    exec,
    async attach(text, { stdin = false, next = false } = {}, signal) {
      signal?.throwIfAborted();
      const { id, state, exit, spec } = require(text);
      const isOver = state === "exited" && exit !== undefined && !life.ended(id);
      if (isOver && !next) return endedSession(exit);
      if (isOver) await Promise.race([life.spawned(id), life.removed(id), aborted(signal)]);
      const created = state === "created" ? prepare(id) : life.prepared(id);
      await Promise.race([life.spawned(id), created]);
      const ended = life.ended(id);
      if (!ended) return endedSession(records.get(id)?.exit ?? { code: 0 });
      const wantsInput = stdin && spec.stdin === true;
      // Already while the runtime works: conmon would miss a connection that comes together with the end of a short program.
      const session = await attachSession(runPaths(runDir, id), {
        ...{ tty: spec.tty === true, stdin: wantsInput },
        ...{ created, ended },
      });
      // The creation's error is for the start that follows to tell.
      created.catch(() => session.close());
      signal?.addEventListener("abort", () => session.close(), { once: true });
      return session;
    },
    async *logs(text, options, signal) {
      const { id, logPath, name } = require(text);
      if (logPath === "")
        throw new EngineError("unsupported", `Cannot read the log of container ${name}: it keeps none`);
      const ended =
        life.ended(id) ?? (life.require(id).state === "created" ? new Promise(() => undefined) : Promise.resolve());
      yield* readLogs(logPath, options, ended, signal);
    },
    reopenLog: async (text) => reopenLog(runPaths(runDir, requireRunning(text).id)),
    resize: async (text, width, height) => resizeContainer(runPaths(runDir, requireRunning(text).id), width, height),
    async wait(text, { condition = "not-running" } = {}, signal) {
      const { id, exit, state, spec } = require(text);
      const gone = aborted(signal);
      if (condition === "not-running" && state !== "running" && state !== "paused") return exit ?? { code: 0 };
      const end = nextEnd(life, id);
      const result = await Promise.race([end, gone]);
      if (condition === "removed" && (!spec.autoRemove || records.get(id)))
        await Promise.race([life.removed(id), gone]);
      return result;
    },
    changes: async (text) => ownChanges(snapshots, require(text)),
    async *export(text) {
      const { snapshot, ids } = require(text);
      yield* writeLayer(await snapshots.mount(snapshot), { ids });
    },
    async commit(text, o) {
      const { id } = require(text);
      return mutex.run(id, async () => {
        const pauses = o.pause === true && life.require(id).state === "running";
        if (pauses) await life.setPaused(id, true);
        try {
          return await commitContainer(deps, life.require(id), o);
        } finally {
          if (pauses) await life.setPaused(id, false);
        }
      });
    },
    async filesystem(text) {
      const { state, process, snapshot } = require(text);
      if (process && (state === "running" || state === "paused")) return `/proc/${process.pid}/root`;
      return snapshots.mount(snapshot);
    },
    async connect(text, attachment) {
      const { id } = require(text);
      await mutex.run(id, () => joinNetwork(networking, life.require(id), attachment));
    },
    async disconnect(text, network) {
      const { id } = require(text);
      await mutex.run(id, () => leaveNetwork(networking, life.require(id), network));
    },
    async stats(text) {
      const { id, cgroup, name } = requireRunning(text);
      const found = cgroups.stats(cgroup);
      if (!found) throw new EngineError("conflict", `Container ${name} is not running`);
      const { oomKills: _oomKills, ...usage } = found;
      const network = deps.networks.counters(join(runDir, "ns", id, "net"));
      return { time: Date.now(), ...usage, ...(network ? { network } : {}) } satisfies ContainerStats;
    },
    async update(text, resources, changes) {
      const { id } = require(text);
      return mutex.run(id, async () => {
        const record = life.require(id);
        if (record.process) cgroups.apply(record.cgroup, limitsOf(record, resources));
        const next = updatedRecord(record, resources, changes);
        await records.happened(next);
        return view(next);
      });
    },
    processes: async (text) => cgroups.processes(requireRunning(text).cgroup),
    events: (signal) => life.events.subscribe(signal),
    [Symbol.asyncDispose]: () => life[Symbol.asyncDispose](),
  };
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // who races against it looks at it
  if (signal?.aborted) reject(signal.reason);
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

/** Throws in dockerd's words for what cannot be together with users of one's own. */
function checkRemapped({ network, pid, security }: ContainerSpec): void {
  if (security?.privileged)
    throw new EngineError(
      "invalid",
      "privileged mode is incompatible with user namespaces.  You must run the container in the host namespace when running privileged mode",
    );
  if (network === "host")
    throw new EngineError("invalid", "cannot share the host's network namespace when user namespaces are enabled");
  if (pid === "host")
    throw new EngineError("invalid", "cannot share the host PID namespace when user namespaces are enabled");
}

/** The end of the present run, or of the next one when none is under way. A run that comes to nothing ends by its event alone. */
async function nextEnd(life: Lifecycle, id: string): Promise<{ code: number }> {
  const over = new AbortController();
  const events = life.events.subscribe(over.signal);
  const present = life.ended(id);
  try {
    return await Promise.race([...(present ? [present] : []), endTold(events, id)]);
  } finally {
    over.abort();
  }
}

async function endTold(events: AsyncIterable<ContainerEvent>, id: string): Promise<{ code: number }> {
  for await (const { type, container } of events) {
    if (container.id !== id || (type !== "stopped" && type !== "deleted")) continue;
    return container.exit ?? { code: 0 };
  }
  return { code: 0 };
}
