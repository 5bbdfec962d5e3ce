/** Pauses containers. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface PauseOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
}

/** Pauses containers. `target` is the project, or its name where there is no file. */
export async function pause(
  _context: OperationContext,
  _target: Project | string,
  _options: PauseOptions,
): Promise<void> {
  throw new Error("pause is not available");
}
