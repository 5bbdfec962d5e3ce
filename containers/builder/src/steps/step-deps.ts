/** What the steps of one build share. */
import type { Engine } from "@skiff/engine";
import type { Report } from "../build-event.ts";
import type { FileTree } from "../context/file-tree.ts";
import type { Source } from "../plan.ts";
import type { StepCache } from "../step-cache.ts";

/** Files of another stage or image. */
export interface OpenSource {
  /** Identifies what the files are: the same text means the same files. */
  readonly identity: string;
  /** The files; mounted when it is first called, until the build ends. */
  readonly tree: () => Promise<FileTree>;
}

export interface StepDeps {
  readonly engine: Pick<Engine, "containers" | "snapshots">;
  readonly cache: StepCache;
  /** The build context. */
  readonly context: FileTree;
  /** Waits for a stage or image to be there. */
  readonly open: (source: Source) => Promise<OpenSource>;
  /** Directory of `--mount=type=cache` contents. */
  readonly cacheMounts: string;
  /** Directory for files that live as long as the build. */
  readonly scratch: string;
  readonly useCache: boolean;
  readonly report: Report;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}
