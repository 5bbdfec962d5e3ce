/** Stops containers, dependents first. */
import { applySteps } from "../apply/apply-steps.ts";
import { openSite } from "../apply/site.ts";
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import { planStop } from "../plan/plan-stop.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface StopOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Seconds that a container has to stop in. Default: the grace period of its service. */
  readonly timeout?: number | undefined;
}

/** Stops those that run. `target` is the project, or its name where there is no file. */
export async function stop(
  context: OperationContext,
  target: Project | string,
  { services, timeout }: StopOptions,
): Promise<void> {
  const name = typeof target === "string" ? target : target.name;
  const observed = { containers: await observeContainers(context.client, name, { signal: context.signal }) };
  const project = targetProject(target, observed);
  const containers = selectContainers(project, observed.containers, { services });
  await applySteps(openSite(context, project, observed), planStop(project, containers, { timeout }));
}
