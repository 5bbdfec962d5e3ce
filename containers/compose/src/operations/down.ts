/** A project is taken down: containers, then networks; volumes and images where asked. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** What goes besides containers and networks. */
export interface DownOptions {
  /** Services to remove. None: all, and the networks too. */
  readonly services?: readonly string[] | undefined;
  readonly removeOrphans?: boolean | undefined;
  /** Named volumes that are not external, and anonymous ones. */
  readonly volumes?: boolean | undefined;
  /** "local": images without a name of the file's own. */
  readonly images?: "all" | "local" | undefined;
  /** Seconds that a container has to stop in. */
  readonly timeout?: number | undefined;
}

/** Takes down the project, or what bears its name where there is no file. */
export async function down(
  _context: OperationContext,
  _target: Project | string,
  _options: DownOptions,
): Promise<void> {
  throw new Error("down is not available");
}
