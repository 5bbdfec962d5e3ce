/** Waits until containers have ended, and answers the exit code of the first. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface WaitOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Take the project down when the first has ended. */
  readonly downProject?: boolean | undefined;
}

/** Waits until containers have ended, and answers the exit code of the first. `target` is the project, or its name where there is no file. */
export async function waitForExit(
  _context: OperationContext,
  _target: Project | string,
  _options: WaitOptions,
): Promise<number> {
  throw new Error("wait is not available");
}
