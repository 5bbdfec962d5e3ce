/** Stops and starts containers. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface RestartOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Seconds that a container has to stop in. Default: the grace period of its service. */
  readonly timeout?: number | undefined;
  /** Leave alone the services that depend on the named ones with `restart: true`. */
  readonly noDependencies?: boolean | undefined;
}

/** Stops and starts containers. `target` is the project, or its name where there is no file. */
export async function restart(
  _context: OperationContext,
  _target: Project | string,
  _options: RestartOptions,
): Promise<void> {
  throw new Error("restart is not available");
}
