/** Lets paused containers go on. */
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import { actOnEach } from "./act-on-each.ts";
import type { OperationContext } from "./context.ts";

/** Which containers. */
export interface UnpauseOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
}

/** Lets paused containers go on. `target` is the project, or its name where there is no file. */
export async function unpause(
  context: OperationContext,
  target: Project | string,
  { services }: UnpauseOptions,
): Promise<void> {
  const name = typeof target === "string" ? target : target.name;
  const all = await observeContainers(context.client, name, { signal: context.signal });
  const containers = selectContainers(targetProject(target, { containers: all }), all, { services });
  await actOnEach(
    context,
    containers.filter(({ state }) => state === "paused"),
    { path: "unpause", begin: "Unpausing", end: "Unpaused" },
  );
}
