/** Starts containers that exist, in dependency order. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface StartOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
}

/** Starts containers that exist, in dependency order. `target` is the project, or its name where there is no file. */
export async function start(
  _context: OperationContext,
  _target: Project | string,
  _options: StartOptions,
): Promise<void> {
  throw new Error("start is not available");
}
