import type { IdMap } from "@skiff/linux";
import type { ContainerSpec, Resources } from "./container-spec.ts";
import type { Image, OciProcessConfig } from "./image-store.ts";
import type { FileChange } from "./snapshots.ts";
import type { Session, SessionExit } from "./streaming.ts";
import type { Endpoint, NetworkAttachment } from "./user-networks.ts";

/** "restarting" waits for its next start. */
export type ContainerState = "created" | "running" | "paused" | "restarting" | "exited";

/** A container as it is now. A plain value: ask again for a newer one. Times are milliseconds since the epoch. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly spec: ContainerSpec;
  /** Digest of the image's configuration; "" on a snapshot of the caller's. */
  readonly imageId: string;
  /** What will run or runs: entrypoint and command, resolved against the image. */
  readonly command: readonly string[];
  readonly state: ContainerState;
  /** Process id on the host, while running. */
  readonly pid?: number | undefined;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  /** How often its restart policy has started it since somebody did. */
  readonly restarts?: number | undefined;
  /** What its health check says, while it runs. */
  readonly health?: Health | undefined;
  /** Set once exited. */
  readonly exit?: SessionExit | undefined;
  /** Why it could not start, in words. */
  readonly error?: string | undefined;
  /** The log's path; "" when it keeps none. */
  readonly logPath: string;
  /** Addresses in its own network namespace, when the engine gave it one. */
  readonly addresses: readonly string[];
  /** Where it is in networks, from its creation by the runtime until its end. */
  readonly endpoints?: readonly Endpoint[] | undefined;
  /** While it runs in a user namespace: which ids outside those inside stand for. */
  readonly ids?: IdMap | undefined;
  /** Directory that the root file system is mounted at while running. */
  readonly rootfs: string;
}

/** What health checks of the present run have found. */
export interface Health {
  readonly status: "starting" | "healthy" | "unhealthy";
  readonly failingStreak: number;
  /** The newest last. */
  readonly log: readonly HealthProbe[];
}

/** One run of a health check. Times in milliseconds since the epoch. */
export interface HealthProbe {
  readonly start: number;
  readonly end: number;
  /** -1 when it could not be run, or not to its end. */
  readonly exitCode: number;
  readonly output: string;
}

export interface ExecSpec {
  readonly args: readonly string[];
  /** Over the container's own. */
  readonly env?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly tty?: boolean | undefined;
  /** Gives the session a `stdin`. */
  readonly stdin?: boolean | undefined;
  readonly privileged?: boolean | undefined;
  /** Its output goes nowhere, and it outlives this process as the container does. */
  readonly detached?: boolean | undefined;
  /** The terminal's first size. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

export interface AttachOptions {
  readonly stdin?: boolean | undefined;
  /** Of a container that has ended: waits for its next start. */
  readonly next?: boolean | undefined;
}

/** What else changes of a container whose limits do. */
export interface UpdateOptions {
  /** Takes the place of its restart policy. */
  readonly restart?: ContainerSpec["restart"];
  /** Added to what its spec says was asked of the host. */
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
}

export interface LogOptions {
  /** Goes on until the container ends or the signal aborts. */
  readonly follow?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Last lines only. */
  readonly tail?: number | undefined;
}

/** One line of output, or part of a long one (`partial`: the next entry goes on with it). */
export interface LogEntry {
  /** RFC 3339 with nanoseconds, as written. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  readonly partial: boolean;
  /** Without the newline. */
  readonly line: Buffer;
}

export interface ContainerEvent {
  readonly type: "created" | "started" | "stopped" | "deleted" | "oom" | "paused" | "unpaused" | "health";
  readonly container: Container;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Usage now. Bytes and nanoseconds, counted since the container's start. */
export interface ContainerStats {
  readonly time: number;
  readonly cpuNanoseconds: number;
  readonly memoryUsage: number;
  /** Usage less what the kernel could drop at once (inactive file cache). */
  readonly memoryWorkingSet: number;
  readonly memoryRss: number;
  readonly memoryLimit: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  readonly pids: number;
  readonly blockRead: number;
  readonly blockWrite: number;
  readonly network?:
    | { readonly rxBytes: number; readonly txBytes: number; readonly rxErrors: number; readonly txErrors: number }
    | undefined;
}

/**
 * Containers, each held by its own `conmon`: they outlive this process, and the next `openEngine` on the same root finds them.
 * `id` parameters take an id, a name, or an unambiguous prefix of an id. Every method rejects with an EngineError: "not-found",
 * "conflict" (wrong state, name taken), "invalid" (the spec cannot be run; says which part). Calls that change one container are
 * carried out one after the other; different containers proceed side by side.
 */
export interface Containers {
  /** Records the container and prepares its root file system. Nothing of it survives when this rejects. */
  create(spec: ContainerSpec): Promise<Container>;
  get(id: string): Promise<Container | undefined>;
  list(filter?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly state?: ContainerState;
    readonly sandbox?: string;
  }): Promise<Container[]>;
  /**
   * Starts it; an exited one starts anew on the same files. Resolves once the process has been executed. When the program cannot be
   * run, rejects with "invalid" and the runtime's words, and the container is exited with code 127 (missing) or 126.
   */
  start(id: string): Promise<Container>;
  /** Sends the stop signal, then after `timeout` seconds (default 10) SIGKILL. Resolves once it has ended. Idempotent. */
  stop(
    id: string,
    o?: { readonly timeout?: number | undefined; readonly signal?: string | undefined },
  ): Promise<Container>;
  /** Sends a signal ("SIGTERM" or "TERM") to the first process. */
  kill(id: string, signal?: string): Promise<void>;
  /** Sets the size of a running container's terminal in characters. Does nothing without a terminal. */
  resize(id: string, width: number, height: number): Promise<void>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** Removes it with its files, and with its anonymous `volumes` when asked to. Rejects with "conflict" while it runs, unless `force`, which kills it. */
  remove(
    id: string,
    o?: { readonly force?: boolean | undefined; readonly volumes?: boolean | undefined },
  ): Promise<void>;
  /** Runs another program inside. Rejects with "conflict" when the container does not run. */
  exec(id: string, spec: ExecSpec, signal?: AbortSignal): Promise<Session>;
  /**
   * Connects to the container's own standard streams from now on. On a created container it may be called before `start`, and then no
   * output is missed; on one that has ended likewise, with `next`.
   */
  attach(id: string, o?: AttachOptions, signal?: AbortSignal): Promise<Session>;
  logs(id: string, o: LogOptions, signal: AbortSignal): AsyncIterable<LogEntry>;
  /** Asks `conmon` to open the log file anew, after somebody renamed it. */
  reopenLog(id: string): Promise<void>;
  /**
   * Resolves when the container is exited (at once if it is), or removed. `next` waits for the next end, whatever the state now:
   * for a created container that is how to wait for what is about to start.
   */
  wait(
    id: string,
    o?: { readonly condition?: "not-running" | "next" | "removed" },
    signal?: AbortSignal,
  ): Promise<SessionExit>;
  stats(id: string): Promise<ContainerStats>;
  /** Adds it to a network, at once when it runs. Rejects with "conflict" when it is in it, "invalid" when it shares a namespace. */
  connect(id: string, attachment: NetworkAttachment): Promise<void>;
  /** Takes it out of a network. Rejects with "conflict" when it is not in it. */
  disconnect(id: string, network: string): Promise<void>;
  /** What it has otherwise than its image. */
  changes(id: string): Promise<FileChange[]>;
  /** All its files without its mounts, as an uncompressed tar. */
  export(id: string): AsyncIterable<Uint8Array>;
  /**
   * Makes an image of its files and of `config`, which is what containers of it start with; paused meanwhile when it runs and `pause`
   * is set. Named when `name` is given.
   */
  commit(
    id: string,
    o: {
      readonly name?: string | undefined;
      readonly config: OciProcessConfig;
      readonly author?: string | undefined;
      readonly comment?: string | undefined;
      readonly pause?: boolean | undefined;
    },
  ): Promise<Image>;
  /** Directory on the host that shows its files: with its mounts while it runs, without them else. */
  filesystem(id: string): Promise<string>;
  /** Changes limits of a created or running container. */
  update(id: string, resources: Resources, o?: UpdateOptions): Promise<Container>;
  /** Processes inside, as process ids on the host. */
  processes(id: string): Promise<number[]>;
  /** What happens from now on, in order. Ends when `signal` aborts. */
  events(signal: AbortSignal): AsyncIterable<ContainerEvent>;
}
