/** Stops containers, dependents first. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface StopOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Seconds that a container has to stop in. Default: the grace period of its service. */
  readonly timeout?: number | undefined;
}

/** Stops containers, dependents first. `target` is the project, or its name where there is no file. */
export async function stop(
  _context: OperationContext,
  _target: Project | string,
  _options: StopOptions,
): Promise<void> {
  throw new Error("stop is not available");
}
