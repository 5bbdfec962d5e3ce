/** Removes stopped containers. */
import { applySteps } from "../apply/apply-steps.ts";
import { openSite } from "../apply/site.ts";
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import { isUp } from "../plan/plan-create.ts";
import { planStop } from "../plan/plan-stop.ts";
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

/** Removes them, those of `run` included. `target` is the project, or its name where there is no file. */
export async function remove(
  context: OperationContext,
  target: Project | string,
  { services, stop = false, volumes = false, confirm = async () => true }: RemoveOptions,
): Promise<void> {
  const name = typeof target === "string" ? target : target.name;
  const observed = { containers: await observeContainers(context.client, name, { signal: context.signal }) };
  const project = targetProject(target, observed);
  const selected = selectContainers(project, observed.containers, { services, oneOffs: true });
  const containers = stop ? selected : selected.filter((container) => !isUp(container));
  if (containers.length === 0) {
    context.log("No stopped containers");
    return;
  }
  if (!(await confirm(containers.map((container) => container.name)))) return;
  const steps = planStop(project, containers, { remove: volumes ? "volumes" : true });
  await applySteps(openSite(context, project, observed), steps);
}
