/** In which order containers are started, and what each waits for. Pure. */
import type { Project, Service } from "../model.ts";
import type { FutureContainer } from "./plan-create.ts";
import { dependenciesOf, inDependencyOrder } from "./service-order.ts";
import type { AwaitedCondition, Planned } from "./step.ts";

/** What is waited for besides dependencies. */
export interface PlanStartOptions {
  /** At the end, wait until these services run, or are healthy where they have a check. */
  readonly waitFor?: readonly string[] | undefined;
  /** Receives what is left out and why. */
  warn(message: string): void;
}

/** Plans the start of those of `containers` that do not run. Throws where a dependency that is required has no container. */
export function planStart(
  project: Project,
  containers: readonly FutureContainer[],
  { waitFor = [], warn }: PlanStartOptions,
): Planned[] {
  const steps: Planned[] = [];
  const starts = new Map<string, string[]>();
  const namesOf = (service: string): string[] =>
    containers.filter((each) => each.service === service).map(({ name }) => name);
  const wait = (service: string, condition: AwaitedCondition, required: boolean): string => {
    const id = `await ${service} ${condition}${required ? "" : " if it comes"}`;
    if (!steps.some((step) => step.id === id))
      steps.push({
        ...{ id, after: starts.get(service) ?? [] },
        step: { do: "await-service", service, condition, required, containers: namesOf(service) },
      });
    return id;
  };

  for (const service of inDependencyOrder(project.services)) {
    const down = containers.filter((each) => each.service === service.name && !each.running);
    if (down.length === 0) continue;
    const after = dependenciesOf(service, project.services).flatMap(([name, { condition, required }]) => {
      if (namesOf(name).length === 0) {
        if (isEmpty(project.services[name])) return [];
        if (required) throw new Error(`${service.name} is missing dependency ${name}`);
        warn(`${service.name} is missing dependency ${name}`);
        return [];
      }
      if (condition === "service_started") return starts.get(name) ?? [];
      return [wait(name, condition, required)];
    });
    const ids = down.map(({ name, unfinished }) => {
      const id = `start-container ${name}`;
      const step = { do: "start-container", service: service.name, name, complete: unfinished } as const;
      steps.push({ id, after, step });
      return id;
    });
    starts.set(service.name, ids);
  }
  for (const name of waitFor) {
    if (namesOf(name).length > 0) wait(name, awaited(project, name), true);
  }
  return steps;
}

/** A service whose dependents want it to have ended is not expected to run. */
function awaited(project: Project, name: string): AwaitedCondition {
  const ends = Object.values(project.services).some(
    ({ depends_on }) => depends_on?.[name]?.condition === "service_completed_successfully",
  );
  return ends ? "service_completed_successfully" : "running_or_healthy";
}

/** A service that is to have no containers is not waited for. */
function isEmpty(service: Service | undefined): boolean {
  return (service?.scale ?? service?.deploy?.replicas) === 0;
}
