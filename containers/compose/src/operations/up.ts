/** A project is brought up: created as `create` does, then started in dependency order. */
import { type Converged, converge } from "../apply/converge.ts";
import { startConverged } from "../apply/start-converged.ts";
import type { Project } from "../model.ts";
import type { ContainerOutput, OperationContext } from "./context.ts";
import type { CreateOptions } from "./create.ts";

/** How `up` shows the output of containers and when it ends. */
export interface AttachOptions {
  /** Services whose output is wanted. None: all that say nothing against it (`attach: false`). */
  readonly services?: readonly string[] | undefined;
  output(line: ContainerOutput): void;
  /** Called when the output is being followed, before anything is started, with the names of the containers that are shown. */
  attached?(containers: readonly string[]): void;
  /** Called when everything has been started. */
  started?(): void;
  readonly timestamps?: boolean | undefined;
  /** Do not end when all containers have: only at `interrupt`. */
  readonly stays?: boolean | undefined;
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
export async function up(context: OperationContext, project: Project, options: UpOptions): Promise<number> {
  const converged = await converge(context, project, options);
  if (options.noStart) return 0;
  if (options.attach !== undefined) return upAttached(context, project, converged, options, options.attach);
  const waitFor = options.wait ? Object.keys(project.services) : undefined;
  const { waitTimeout } = options;
  if (waitTimeout === undefined) {
    await startConverged(converged, { waitFor });
    return 0;
  }
  const signal = AbortSignal.timeout(waitTimeout * 1000);
  try {
    await startConverged(converged, { waitFor, signal });
  } catch (error) {
    if (!signal.aborted || context.signal.aborted) throw error;
    throw new Error(`application not healthy after ${waitTimeout}s`, { cause: error });
  }
  return 0;
}

async function upAttached(
  context: OperationContext,
  project: Project,
  converged: Converged,
  { timeout, services }: UpOptions,
  attach: AttachOptions,
): Promise<number> {
  const { attachProject } = await import("../attach/attach-project.ts");
  return attachProject(
    context,
    project,
    { ...attach, monitored: services },
    {
      start: (signal) => startConverged(converged, { signal }),
      stop: async () => (await import("./stop.ts")).stop(context, project, { timeout }),
      kill: async () => (await import("./kill.ts")).kill(context, project, {}),
    },
  );
}
