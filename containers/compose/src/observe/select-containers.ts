/** The containers that a command means. Pure. */
import type { Project } from "../model.ts";
import type { ObservedContainer } from "./observed.ts";

/** Which containers count. */
export interface ContainerSelection {
  /** None: all services. */
  readonly services?: readonly string[] | undefined;
  /** Those of `run` too. Default: they do not count. */
  readonly oneOffs?: boolean | undefined;
  readonly orphans?: boolean | undefined;
}

/**
 * Picks the containers of the project's services. Throws for a name that is not a service's: of the file, or, where there is
 * no file, of any container.
 */
export function selectContainers(
  project: Project,
  containers: readonly ObservedContainer[],
  { services = [], oneOffs = false, orphans = false }: ContainerSelection,
): ObservedContainer[] {
  const unknown = services.find((name) => project.services[name] === undefined);
  if (unknown !== undefined) throw new Error(`no such service: ${unknown}`);
  return containers.filter(({ service, oneOff }) => {
    if (oneOff && !oneOffs) return false;
    if (services.length > 0) return services.includes(service);
    return orphans || project.services[service] !== undefined;
  });
}
