/** What the steps of one build share. */
import type { ContainerSpec, Engine } from "@skiff/engine";
import type { Report } from "../build-event.ts";
import type { CacheImports } from "../cache-image.ts";
import type { FileTree } from "../context/file-tree.ts";
import type { Source } from "../plan.ts";
import type { StepCache } from "../step-cache.ts";
import type { CacheMounts } from "./cache-mounts.ts";

/** Files of another stage or image. */
export interface OpenSource {
  /** Identifies what the files are: the same text means the same files. */
  readonly identity: string;
  /** The files; mounted when it is first called, until the build ends. */
  readonly tree: () => Promise<FileTree>;
}

/** How containers of RUN differ from an ordinary container; no result depends on it. */
export type RunOptions = Pick<ContainerSpec, "extraHosts" | "network" | "resources" | "rlimits" | "shmSize">;

/** Values by id, which may have to be asked for. A map is one. */
export interface Lookup<T> {
  get(id: string): T | undefined | Promise<T | undefined>;
}

export interface StepDeps {
  readonly engine: Pick<Engine, "containers" | "snapshots">;
  readonly cache: StepCache;
  /** Results that other machines' builds left. */
  readonly imports: CacheImports;
  /** The build context. */
  readonly context: FileTree;
  /** Waits for a stage or image to be there. */
  readonly open: (source: Source) => Promise<OpenSource>;
  readonly cacheMounts: CacheMounts;
  /** Contents of `--mount=type=secret` by id. */
  readonly secrets: Lookup<Uint8Array>;
  /** Sockets of `--mount=type=ssh` by id. */
  readonly sshAgents: Lookup<string>;
  /** Directory for files that live as long as the build. */
  readonly scratch: string;
  /** The same in memory, for what must not reach a disk. */
  readonly memory: () => Promise<string>;
  readonly run: RunOptions;
  /** Whether results of earlier builds count. */
  readonly useCache: boolean;
  /** Nothing in a layer is younger than this, and the image's times are this one (SOURCE_DATE_EPOCH). */
  readonly epoch?: Date | undefined;
  readonly report: Report;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}
