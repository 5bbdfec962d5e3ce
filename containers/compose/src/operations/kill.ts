/** Sends a signal to containers that run. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface KillOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Default "SIGKILL". */
  readonly signal?: string | undefined;
  readonly removeOrphans?: boolean | undefined;
}

/** Sends a signal to containers that run. `target` is the project, or its name where there is no file. */
export async function kill(
  _context: OperationContext,
  _target: Project | string,
  _options: KillOptions,
): Promise<void> {
  throw new Error("kill is not available");
}
