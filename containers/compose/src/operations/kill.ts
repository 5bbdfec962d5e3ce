/** Sends a signal to containers that run. */
import { orphansOf } from "../apply/converge.ts";
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import { isUp } from "../plan/plan-create.ts";
import { actOnEach } from "./act-on-each.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface KillOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Default "SIGKILL". */
  readonly signal?: string | undefined;
  /** Those of services that the file does not have, too. */
  readonly removeOrphans?: boolean | undefined;
}

/** Sends the signal to all that run. `target` is the project, or its name where there is no file. */
export async function kill(
  context: OperationContext,
  target: Project | string,
  { services, signal = "SIGKILL", removeOrphans = false }: KillOptions,
): Promise<void> {
  const name = typeof target === "string" ? target : target.name;
  const all = await observeContainers(context.client, name, { signal: context.signal });
  const project = targetProject(target, { containers: all });
  const containers = selectContainers(project, all, { services });
  const orphans = removeOrphans ? orphansOf(project, all) : [];
  const running = [...new Set([...containers, ...orphans])].filter(isUp);
  if (running.length === 0 && containers.length === 0) context.progress.warn("no container to kill");
  await actOnEach(context, running, { path: "kill", query: { signal }, begin: "Killing", end: "Killed" });
}
