/** A project is brought up: created as `create` does, then started in dependency order. */
import type { Project } from "../model.ts";
import type { ContainerOutput, OperationContext } from "./context.ts";
import type { CreateOptions } from "./create.ts";

/** How `up` shows the output of containers and when it ends. */
export interface AttachOptions {
  /** Services whose output is wanted. None: all that say nothing against it (`attach: false`). */
  readonly services?: readonly string[] | undefined;
  output(line: ContainerOutput): void;
  readonly timestamps?: boolean | undefined;
  /** What the end of a container means for the others. Default: nothing. */
  readonly onExit?: "stop" | "stop-on-failure" | undefined;
  /** The service whose exit code is the answer. */
  readonly exitCodeFrom?: string | undefined;
  /** The first Ctrl-C: the containers are stopped, and `up` ends when they have. */
  readonly interrupt?: AbortSignal | undefined;
  /** The second: they are killed. */
  readonly force?: AbortSignal | undefined;
}

/** How `up` works. */
export interface UpOptions extends CreateOptions {
  /** Create, but start nothing. */
  readonly noStart?: boolean | undefined;
  /** Wait until all services run, or are healthy where they have a check. */
  readonly wait?: boolean | undefined;
  /** Seconds that `wait` may take. Default: for ever. */
  readonly waitTimeout?: number | undefined;
  /** Stay, and show what the containers write. Absent: detached. */
  readonly attach?: AttachOptions | undefined;
}

/** Brings the project up. Answers the exit code: not 0 only where `attach` asks for a container's. */
export async function up(_context: OperationContext, _project: Project, _options: UpOptions): Promise<number> {
  throw new Error("up is not available");
}
