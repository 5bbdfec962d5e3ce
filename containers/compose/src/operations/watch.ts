/** Files are watched, and containers follow them as `develop.watch` says. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";
import type { UpOptions } from "./up.ts";

/** What is watched. */
export interface WatchOptions {
  /** None: all with a `develop.watch`. */
  readonly services?: readonly string[] | undefined;
  /** Bring the project up first. Absent: it runs already. */
  readonly up?: UpOptions | undefined;
  readonly quiet?: boolean | undefined;
  /** Remove dangling images after a rebuild. Default true. */
  readonly prune?: boolean | undefined;
}

/** Watches until the context's signal. */
export async function watch(_context: OperationContext, _project: Project, _options: WatchOptions): Promise<void> {
  throw new Error("watch is not available");
}
