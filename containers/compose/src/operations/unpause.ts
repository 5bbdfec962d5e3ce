/** Lets paused containers go on. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface UnpauseOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
}

/** Lets paused containers go on. `target` is the project, or its name where there is no file. */
export async function unpause(
  _context: OperationContext,
  _target: Project | string,
  _options: UnpauseOptions,
): Promise<void> {
  throw new Error("unpause is not available");
}
