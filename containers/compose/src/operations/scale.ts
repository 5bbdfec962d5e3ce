/** The number of containers of services is changed. */
import { converge } from "../apply/converge.ts";
import { startConverged } from "../apply/start-converged.ts";
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** How many containers each service is to have. */
export interface ScaleOptions {
  readonly scale: Readonly<Record<string, number>>;
}

/** Makes or removes containers of the services in `scale`, and starts what does not run. Those that are there are left as they are. */
export async function scale(context: OperationContext, project: Project, options: ScaleOptions): Promise<void> {
  const services = Object.keys(options.scale);
  const unknown = services.find((name) => project.services[name] === undefined);
  if (unknown !== undefined) throw new Error(`no such service: ${unknown}`);
  const converged = await converge(context, project, {
    ...{ services, scale: options.scale, recreate: "never", recreateDependencies: "never", ignoreOrphans: true },
  });
  await startConverged(converged);
}
