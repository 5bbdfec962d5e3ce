/** Stops and starts containers. */
import { applySteps } from "../apply/apply-steps.ts";
import { openSite } from "../apply/site.ts";
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import { planRestart } from "../plan/plan-stop.ts";
import { dependentsOf } from "../plan/service-order.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface RestartOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Seconds that a container has to stop in. Default: the grace period of its service. */
  readonly timeout?: number | undefined;
  /** Leave alone the services that depend on the named ones with `restart: true`. */
  readonly noDependencies?: boolean | undefined;
}

/** Restarts them, what others depend on first. `target` is the project, or its name where there is no file. */
export async function restart(
  context: OperationContext,
  target: Project | string,
  { services = [], timeout, noDependencies = false }: RestartOptions,
): Promise<void> {
  const name = typeof target === "string" ? target : target.name;
  const observed = { containers: await observeContainers(context.client, name, { signal: context.signal }) };
  const project = targetProject(target, observed);
  const dependents = noDependencies ? [] : services.flatMap((each) => restarted(project, each));
  const containers = selectContainers(project, observed.containers, {
    services: [...new Set([...services, ...dependents])],
  });
  await applySteps(openSite(context, project, observed), planRestart(project, containers, timeout));
}

function restarted({ services }: Project, name: string): string[] {
  return dependentsOf(name, services).flatMap(([dependent, { restart: wants }]) => (wants ? [dependent] : []));
}
