/** What happens to a container over its life. Callers hold the container's lock where it says so. */
import { existsSync, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bootId, isAlive, type Logger, signalNumber, signalProcess, watchProcess } from "@skiff/linux";
import type { ContainerEvent, Containers, Health } from "../containers.ts";
import { EngineError } from "../engine-error.ts";
import { KeyedMutex } from "../mutex.ts";
import type { RecordStore } from "../record-store.ts";
import { endConmon, runPaths } from "../runtime/conmon.ts";
import { releaseExecFifo } from "../runtime/exec-fifo.ts";
import type { SessionExit } from "../streaming.ts";
import { removeAnonymous } from "./container-volumes.ts";
import { EventStream } from "./event-stream.ts";
import { monitorHealth, resolveHealthcheck, STARTING } from "./health-monitor.ts";
import { type ContainerRecord, toContainer } from "./record.ts";
import { restartDelay, startsWithEngine } from "./restart-policy.ts";
import { cleanUpRun, clearRun, leftoverRuns, prepareRun, type RunDeps, readExit, releaseRun } from "./run.ts";

const UNKNOWN_EXIT = 255;
/** Until an end is seen to again that could not be completed. */
const FINISH_AGAIN_MS = 1000;
const KILLED: SessionExit = { code: 137, signal: "SIGKILL" };

/** A run that has been created and has not ended. */
interface LiveRun {
  readonly ended: PromiseWithResolvers<SessionExit>;
  /** Settles when the runtime has created its first process, or could not. */
  readonly prepared: Promise<void>;
  /** Waits for the end of its conmon. */
  monitor?: Disposable;
  health?: Health;
  /** Ends the health checks. */
  checks?: AbortController;
}

export class Lifecycle implements AsyncDisposable {
  readonly mutex = new KeyedMutex();
  readonly events = new EventStream<ContainerEvent>();
  readonly #records: RecordStore<ContainerRecord>;
  readonly #deps: RunDeps;
  readonly #log: Logger;
  readonly #runs = new Map<string, LiveRun>();
  readonly #removed = new Map<string, PromiseWithResolvers<void>>();
  readonly #spawned = new Map<string, PromiseWithResolvers<void>>();
  /** Of containers that are gone for everybody else: their mounts and files are being removed. */
  readonly #clearing = new Set<Promise<void>>();
  /** Containers that are to start again. */
  readonly #restarting = new Map<string, NodeJS.Timeout>();
  /** Until the ends of runs are seen to again. */
  readonly #unfinished = new Set<NodeJS.Timeout>();
  /** Whether containers may start: not before all networks and what ran before are known. */
  #starts = false;
  #watcher: ReturnType<typeof watch> | undefined;

  readonly #exec: Containers["exec"];

  /** `exec` runs the health checks. */
  constructor(records: RecordStore<ContainerRecord>, deps: RunDeps, exec: Containers["exec"], log: Logger) {
    this.#exec = exec;
    this.#records = records;
    this.#deps = deps;
    this.#log = log;
  }

  /** Finds out what became of every container while nobody looked, and from then on notices every end. */
  async adopt(): Promise<void> {
    const exits = join(this.#deps.runDir, "exits");
    await mkdir(exits, { recursive: true });
    this.#watcher = watch(exits, (_event, id) => {
      if (id !== null && this.#runs.has(id)) void this.#noticeEnd(id);
    });
    const now = bootId();
    // Before ends are noticed: what is left of those may be needed until they are written down.
    const left = [...(await leftoverRuns(this.#deps.runDir))].filter((id) => !this.#records.get(id)?.process);
    await Promise.all(this.#records.list().map((record) => this.#adoptOne(record, now)));
    for (const id of left) {
      const record = this.#records.get(id);
      this.#log.info("Clearing away an interrupted creation", { container: id });
      await endConmon(runPaths(this.#deps.runDir, id), id);
      await cleanUpRun(this.#deps, record ?? abandoned(id, this.#deps));
    }
  }

  async #adoptOne(record: ContainerRecord, now: string): Promise<void> {
    if (record.process === undefined) {
      if (record.state === "created" || record.state === "restarting") return;
      if (record.state === "exited" && !record.spec.autoRemove) return;
      await this.mutex.run(record.id, () => this.#finish(record.id, { code: UNKNOWN_EXIT }, Date.now()));
      return;
    }
    this.#runs.set(record.id, { ended: Promise.withResolvers(), prepared: Promise.resolve() });
    const alive = record.bootId === now && isAlive(record.process);
    if (alive && !(await readExit(runPaths(this.#deps.runDir, record.id)))) {
      const started = record.state === "created" && !existsSync(runPaths(this.#deps.runDir, record.id).execFifo);
      if (started) await this.#records.happened({ ...record, state: "running", startedAt: Date.now() });
      // The end may have come between freezing it and writing that down, or the other way round.
      if (record.state !== "created") this.#deps.cgroups.freeze(record.cgroup, record.state === "paused");
      this.#watchMonitor(record);
      await this.#watchHealth(record.id);
      return;
    }
    await this.#noticeEnd(record.id);
  }

  /** Creates the first process unless that has been done. Needs the lock. */
  async prepare(id: string): Promise<void> {
    const record = this.require(id);
    if (this.#runs.has(id)) return;
    const { promise: prepared, resolve, reject } = Promise.withResolvers<void>();
    prepared.catch(() => undefined); // the caller is told, too
    const run: LiveRun = { ended: Promise.withResolvers(), prepared };
    this.#runs.set(id, run);
    try {
      const started = await prepareRun(this.#deps, record, () => known(this.#spawned, id).resolve());
      await this.#records.save(started);
      this.#watchMonitor(started);
      // It may have ended before the watch knew of it.
      if (started.process === undefined) void this.#noticeEnd(id);
      resolve();
    } catch (error) {
      reject(error);
      this.#runs.delete(id);
      this.#spawned.delete(id);
      await endConmon(runPaths(this.#deps.runDir, id), id);
      await cleanUpRun(this.#deps, record);
      throw error;
    }
  }

  /** Starts it; `again` when its restart policy does. Needs the lock. */
  async start(id: string, { again = false }: { readonly again?: boolean } = {}): Promise<void> {
    const record = this.require(id);
    if (record.state === "running") return;
    this.#forgetRestart(id);
    if (record.state === "paused")
      throw new EngineError("conflict", `Cannot start container ${record.name}: it is paused`);
    try {
      await this.prepare(id);
      const run = this.#runs.get(id);
      const gone = run?.ended.promise.then(async () => {
        // The byte in the FIFO and the exit may be noticed in one turn of the event loop.
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
        throw new EngineError("internal", `Cannot start container ${record.name}: its first process ended`);
      });
      gone?.catch(() => undefined);
      await releaseExecFifo(runPaths(this.#deps.runDir, id).execFifo, gone ?? new Promise<never>(() => undefined));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = /not found|no such file/.test(message) ? 127 : 126;
      if (!this.#runs.has(id)) await this.#finish(id, { code }, Date.now(), { message });
      throw error;
    }
    const { exit: _exit, finishedAt: _finished, error: _error, ...fresh } = this.require(id);
    const counted = again ? { restarts: (fresh.restarts ?? 0) + 1 } : { restarts: 0, restartDelay: 0 };
    await this.#records.happened({ ...fresh, ...counted, state: "running", stopped: false, startedAt: Date.now() });
    await this.#watchHealth(id);
    this.#emit("started", id);
  }

  /** Makes the next end of the run, or the present one, a lasting one. Needs the lock. */
  async stay(id: string): Promise<void> {
    this.#forgetRestart(id);
    const record = this.#records.get(id);
    if (!record || record.spec.restart === undefined || record.spec.restart.name === "no" || record.stopped === true)
      return;
    const state = record.state === "restarting" ? "exited" : record.state;
    await this.#records.happened({ ...record, state, stopped: true });
  }

  /** Starts what its restart policy has run whenever the engine does. To be called once everything is open. */
  async startPending(): Promise<void> {
    this.#starts = true;
    for (const { id, state, process, spec, stopped = false } of this.#records.list()) {
      const waits = state === "restarting" || (state === "exited" && startsWithEngine(spec.restart, stopped));
      if (waits && process === undefined) this.#restartLater(id, 0);
    }
  }

  /** Sends a signal to the first process. */
  kill(id: string, signal: string): void {
    const { state, process, name } = this.require(id);
    const number = signalNumber(signal);
    if (number === undefined) throw new EngineError("invalid", `Cannot send the signal "${signal}": unknown`);
    if ((state !== "running" && state !== "paused") || process === undefined)
      throw new EngineError("conflict", `Cannot kill container ${name}: it is not running`);
    signalProcess(process, number);
  }

  /** Ends a run that was created and, perhaps, never started. */
  async end(id: string): Promise<void> {
    const run = this.#runs.get(id);
    const process = this.#records.get(id)?.process;
    if (!run || !process) return;
    const { state, cgroup } = this.require(id);
    signalProcess(process, 9);
    if (state === "paused") this.#deps.cgroups.freeze(cgroup, false);
    await run.ended.promise;
  }

  /** Resolves when a run that is being prepared is about to have its attach socket, well before it has a process. */
  spawned(id: string): Promise<void> {
    return known(this.#spawned, id).promise;
  }

  /** Settles when the first process of the present run is there, or cannot be. */
  prepared(id: string): Promise<void> {
    return this.#runs.get(id)?.prepared ?? Promise.resolve();
  }

  /** How the present run ends; undefined when there is none. */
  ended(id: string): Promise<SessionExit> | undefined {
    return this.#runs.get(id)?.ended.promise;
  }

  /** Resolves when it has been removed. */
  removed(id: string): Promise<void> {
    return known(this.#removed, id).promise;
  }

  /** Deletes a container that does not run, and its anonymous volumes when asked to. Needs the lock. */
  async remove(id: string, { volumes }: { readonly volumes: boolean }): Promise<void> {
    const record = this.require(id);
    this.#forgetRestart(id);
    await cleanUpRun(this.#deps, record);
    if (record.ownsSnapshot) await this.#deps.snapshots.remove(record.snapshot);
    await this.#forget(record);
    if (volumes) await removeAnonymous(this.#deps.volumes, record.spec);
  }

  /** From here on there is no such container. */
  async #forget(record: ContainerRecord): Promise<void> {
    const { id } = record;
    await this.#records.remove(id);
    this.events.emit({ type: "deleted", container: toContainer(record, ""), time: Date.now() });
    this.#removed.get(id)?.resolve();
    this.#removed.delete(id);
  }

  async setPaused(id: string, paused: boolean): Promise<void> {
    const record = this.require(id);
    const from = paused ? "running" : "paused";
    if (record.state !== from) throw new EngineError("conflict", `Container ${record.name} is not ${from}`);
    this.#deps.cgroups.freeze(record.cgroup, paused);
    await this.#records.happened({ ...record, state: paused ? "paused" : "running" });
    this.#emit(paused ? "paused" : "unpaused", id);
  }

  created(id: string): void {
    this.#emit("created", id);
  }

  require(id: string): ContainerRecord {
    const record = this.#records.get(id);
    if (!record) throw new EngineError("not-found", `No such container: ${id}`);
    return record;
  }

  /** What the health checks of the present run have found; undefined where there are none. */
  health(id: string): Health | undefined {
    return this.#runs.get(id)?.health;
  }

  async #watchHealth(id: string): Promise<void> {
    const run = this.#runs.get(id);
    const { spec, imageId, state, startedAt = Date.now() } = this.require(id);
    if (!run || state !== "running") return;
    const image = "image" in spec.root ? await this.#deps.images.get(imageId) : undefined;
    const check = resolveHealthcheck(spec.healthcheck, image?.config.config?.Healthcheck);
    if (!check) return;
    const checks = new AbortController();
    run.checks = checks;
    run.health = STARTING;
    const changed = (health: Health): void => {
      const before = run.health?.status;
      run.health = health;
      if (before !== health.status) this.#emit("health", id);
    };
    void monitorHealth({ id, check, exec: this.#exec, startedAt, changed, signal: checks.signal });
  }

  // Without its conmon a container has nobody who reads its output and tells its end: it ends, too.
  #watchMonitor({ id, monitor }: ContainerRecord): void {
    const run = this.#runs.get(id);
    if (run && monitor) run.monitor = watchProcess(monitor, () => void this.#noticeEnd(id, KILLED));
  }

  /** `otherwise` is how it ended when conmon does not say. */
  async #noticeEnd(id: string, otherwise?: SessionExit): Promise<void> {
    const run = this.#runs.get(id);
    const told = await readExit(runPaths(this.#deps.runDir, id));
    const found = told ?? (otherwise && { exit: otherwise, finishedAt: Date.now() });
    const gone = found ?? { exit: { code: UNKNOWN_EXIT }, finishedAt: Date.now() };
    const record = this.#records.get(id);
    if (!found && record?.process && record.bootId === bootId() && isAlive(record.process)) return;
    if (this.#runs.get(id) !== run || !run) return;
    this.#runs.delete(id);
    this.#spawned.delete(id);
    run.monitor?.[Symbol.dispose]();
    run.checks?.abort();
    if (!told && otherwise) this.#log.warn("A container lost its conmon and is ended", { container: id });
    try {
      const told = () => run.ended.resolve(gone.exit);
      const finishing = this.mutex.run(id, () => this.#finish(id, gone.exit, gone.finishedAt, { told }));
      // `start` holds the lock and waits for this.
      if (record?.state === "created") run.ended.resolve(gone.exit);
      await finishing;
    } catch (error) {
      // It would be shown as running for ever.
      this.#log.error("Cannot clear away an ended container: trying again", { container: id, error: String(error) });
      this.#runs.set(id, run);
      const timer = setTimeout(() => {
        this.#unfinished.delete(timer);
        void this.#noticeEnd(id, gone.exit);
      }, FINISH_AGAIN_MS);
      this.#unfinished.add(timer);
      return;
    }
    run.ended.resolve(gone.exit);
  }

  /** `told` is called once it is known everywhere that the run is over. */
  async #finish(
    id: string,
    exit: SessionExit,
    finishedAt: number,
    { message, told }: { readonly message?: string; readonly told?: () => void } = {},
  ): Promise<void> {
    const record = this.#records.get(id);
    if (!record) return;
    await releaseRun(this.#deps, record);
    const { process: _process, bootId: _boot, error: _error, ids: _ids, ...rest } = record;
    const error = message === undefined ? {} : { error: message };
    const next: ContainerRecord = {
      ...rest,
      ...error,
      state: "exited",
      exit,
      // The start is written down after it, and the program may be faster.
      finishedAt: Math.max(finishedAt, record.startedAt ?? 0),
      addresses: [],
      endpoints: [],
    };
    // One that is about to be removed need not be written down first.
    if (record.spec.autoRemove && message === undefined) {
      if (exit.oom) this.#emit("oom", id);
      this.events.emit({ type: "stopped", container: toContainer(next, ""), time: finishedAt });
      told?.();
      await this.#forget(record);
      this.#clear(record);
      return;
    }
    const { startedAt = finishedAt, stopped = false, restarts = 0, restartDelay: lastDelay = 0 } = record;
    const ran = finishedAt - startedAt;
    const delay =
      message === undefined
        ? restartDelay({ policy: record.spec.restart, code: exit.code, ran, stopped, restarts, lastDelay })
        : undefined;
    const ended: ContainerRecord = delay === undefined ? next : { ...next, state: "restarting", restartDelay: delay };
    const written = await this.#records.happened(ended);
    // After that: until it is written down, the exit code is only in a file that goes now.
    await clearRun(this.#deps, record, { keepExit: !written });
    if (exit.oom) this.#emit("oom", id);
    this.#emit("stopped", id);
    if (delay !== undefined) this.#restartLater(id, delay);
  }

  #restartLater(id: string, delay: number): void {
    this.#forgetRestart(id);
    if (!this.#starts) return; // its record says that it waits
    const restart = async (): Promise<void> => {
      this.#restarting.delete(id);
      const record = this.#records.get(id);
      if (!record || record.state === "running" || record.state === "paused") return;
      await this.start(id, { again: true });
    };
    const timer = setTimeout(() => {
      this.mutex.run(id, restart).catch((error) => {
        this.#log.error("Cannot start a container again", { container: id, error: String(error) });
      });
    }, delay);
    this.#restarting.set(id, timer);
  }

  #forgetRestart(id: string): void {
    clearTimeout(this.#restarting.get(id));
    this.#restarting.delete(id);
  }

  // Nobody has to wait for it: what a crash leaves of it is cleared when the engine opens.
  #clear(record: ContainerRecord): void {
    const clear = async () => {
      await clearRun(this.#deps, record);
      if (record.ownsSnapshot) await this.#deps.snapshots.remove(record.snapshot);
      await removeAnonymous(this.#deps.volumes, record.spec);
    };
    const clearing = clear()
      .catch((error) => {
        this.#log.error("Cannot clear away a removed container", { container: record.id, error: String(error) });
      })
      .finally(() => this.#clearing.delete(clearing));
    this.#clearing.add(clearing);
  }

  #emit(type: ContainerEvent["type"], id: string): void {
    const container = { ...toContainer(this.require(id), this.rootfs(id)), health: this.health(id) };
    this.events.emit({ type, container, time: Date.now() });
  }

  rootfs(id: string): string {
    return join(this.#deps.runDir, "m", this.require(id).snapshot);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher?.close();
    this.#records.close();
    for (const id of this.#restarting.keys()) this.#forgetRestart(id);
    for (const timer of this.#unfinished) clearTimeout(timer);
    for (const { monitor, checks } of this.#runs.values()) {
      monitor?.[Symbol.dispose]();
      checks?.abort();
    }
    await Promise.all(this.#clearing);
  }
}

/** The promise for `id`, whoever asks first. */
function known(promises: Map<string, PromiseWithResolvers<void>>, id: string): PromiseWithResolvers<void> {
  const found = promises.get(id) ?? Promise.withResolvers<void>();
  promises.set(id, found);
  return found;
}

/** Stands for a run whose record a crash swallowed, as far as clearing it away goes. */
function abandoned(id: string, deps: RunDeps): ContainerRecord {
  return {
    ...{
      id,
      name: id,
      spec: { root: { snapshot: id } },
      imageId: "",
      command: [],
      state: "exited",
      createdAt: 0,
      logPath: "",
    },
    ...{ addresses: [], snapshot: id, ownsSnapshot: true, ports: [], cgroup: deps.cgroupOf({ id, parent: undefined }) },
  };
}
