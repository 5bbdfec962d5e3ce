/** Starts containers that exist, in dependency order. */

import { openSite } from "../apply/site.ts";
import { startConverged } from "../apply/start-converged.ts";
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import { isUp } from "../plan/plan-create.ts";
import { reaches } from "../plan/plan-stop.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface StartOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Wait until they run, or are healthy where they have a check. */
  readonly wait?: boolean | undefined;
  /** Seconds. */
  readonly waitTimeout?: number | undefined;
}

/** Starts those that do not run. Throws for a service that has none. `target` is the project, or its name where there is no file. */
export async function start(
  context: OperationContext,
  target: Project | string,
  { services = [], wait, waitTimeout }: StartOptions,
): Promise<void> {
  const name = typeof target === "string" ? target : target.name;
  const observed = { containers: await observeContainers(context.client, name, { signal: context.signal }) };
  const project = targetProject(target, observed);
  selectContainers(project, [], { services });
  // What they depend on is started with them.
  const meant = Object.keys(project.services).filter(
    (each) => services.length === 0 || services.some((root) => root === each || reaches(project, root, each)),
  );
  const selected = meant.length === 0 ? [] : selectContainers(project, observed.containers, { services: meant });
  const containers = selected.map((container) => ({
    ...{ id: container.id, service: container.service, number: container.number, name: container.name },
    ...{ running: isUp(container), unfinished: container.state === "created" },
  }));
  const named = services.length > 0 ? services : Object.keys(project.services);
  const empty = named.find((each) => !containers.some(({ service }) => service === each));
  if (empty !== undefined && (project.services[empty]?.scale ?? 1) > 0)
    throw new Error(`service "${empty}" has no container to start`);
  const signal = waitTimeout === undefined ? undefined : AbortSignal.timeout(waitTimeout * 1000);
  await startConverged(
    { site: openSite(context, project, observed), containers },
    { waitFor: wait ? named : undefined, signal },
  );
}
