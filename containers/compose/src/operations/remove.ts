/** Removes stopped containers. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface RemoveOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Stop those that run first. */
  readonly stop?: boolean | undefined;
  /** Their anonymous volumes too. */
  readonly volumes?: boolean | undefined;
  /** Asked once, with the names of what would go. Absent: yes. */
  readonly confirm?: ((names: readonly string[]) => Promise<boolean>) | undefined;
}

/** Removes stopped containers. `target` is the project, or its name where there is no file. */
export async function remove(
  _context: OperationContext,
  _target: Project | string,
  _options: RemoveOptions,
): Promise<void> {
  throw new Error("remove is not available");
}
