/** `up` that stays: the output of all containers on one screen, until they have ended or the user wants no more. */
import type { Project } from "../model.ts";
import type { OperationContext } from "../operations/context.ts";
import type { AttachOptions } from "../operations/up.ts";
import { ProjectOutput } from "./project-output.ts";

/** What can be done with the containers. */
export interface AttachActions {
  /** Starts them. Ends early when `signal` aborts. */
  start(signal: AbortSignal): Promise<void>;
  /** Stops them, each within its time. */
  stop(): Promise<void>;
  /** Ends them at once. */
  kill(): Promise<void>;
}

/**
 * Starts the project and shows what its containers write, until all have ended. `monitored` are the services whose containers are
 * waited for: none means all that are shown. Answers the exit code: 0, or a container's where `onExit` or `exitCodeFrom` asks for it.
 */
export async function attachProject(
  context: OperationContext,
  project: Project,
  options: AttachOptions & { readonly monitored?: readonly string[] | undefined },
  actions: AttachActions,
): Promise<number> {
  const shown = options.services ?? attachable(project);
  const monitored = options.monitored?.length
    ? options.monitored
    : shown.length > 0
      ? shown
      : Object.keys(project.services);
  const starting = new AbortController();
  const failed = Promise.withResolvers<never>();
  const stopped = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  let code = 0;
  let isDecided = false;

  function stop(): void {
    if (stopping !== undefined) return;
    starting.abort();
    stopping = started.catch(() => undefined).then(() => actions.stop());
    stopping.then(stopped.resolve, failed.reject);
  }

  function onEnd({ service, code: ended }: { readonly service: string; readonly code: number }): void {
    if (options.exitCodeFrom === service) code = ended;
    const cascades = options.onExit === "stop" || (options.onExit === "stop-on-failure" && ended !== 0);
    if (!cascades || isDecided) return;
    isDecided = true;
    if (options.exitCodeFrom === undefined) code = ended;
    if (stopping === undefined) context.log("Aborting on container exit...");
    stop();
  }

  const { view, names } = await ProjectOutput.open(context, {
    project: project.name,
    shows: (service) => shown.includes(service),
    counts: (service) => monitored.includes(service),
    output: options.output,
    timestamps: options.timestamps,
    onEnd,
  });
  let started: Promise<void> = Promise.resolve();
  const kill = (): void => {
    starting.abort();
    actions.kill().catch(failed.reject);
  };
  try {
    options.attached?.(names);
    started = actions.start(starting.signal);
    options.interrupt?.addEventListener("abort", stop, { once: true });
    options.force?.addEventListener("abort", kill, { once: true });
    if (options.interrupt?.aborted) stop();
    await Promise.race([failed.promise, startedAll(started, () => stopping !== undefined)]);
    options.started?.();
    if (options.stays) await Promise.race([failed.promise, view.over, stopped.promise]);
    await Promise.race([failed.promise, view.settle()]);
    await Promise.race([failed.promise, view.over]);
    await Promise.race([failed.promise, stopping]);
    return code;
  } finally {
    options.interrupt?.removeEventListener("abort", stop);
    options.force?.removeEventListener("abort", kill);
    view.close();
  }
}

/** What fails because it was told to end has not failed. */
async function startedAll(started: Promise<void>, isStopping: () => boolean): Promise<void> {
  try {
    await started;
  } catch (error) {
    if (!isStopping()) throw error;
  }
}

function attachable(project: Project): string[] {
  return Object.keys(project.services).filter((name) => project.services[name]?.attach !== false);
}
