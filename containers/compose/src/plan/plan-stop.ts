/** In which order containers are stopped, removed and restarted. Pure. */
import type { Project } from "../model.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import { isUp } from "./plan-create.ts";
import type { Planned, Step } from "./step.ts";

/** What becomes of the containers. */
export interface PlanStopOptions {
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Stopped containers are removed; with "volumes", together with their anonymous volumes. */
  readonly remove?: boolean | "volumes" | undefined;
}

/** Stops those of `containers` that run, and removes them where asked: dependents come before what they depend on. */
export function planStop(
  project: Project,
  containers: readonly ObservedContainer[],
  { timeout, remove = false }: PlanStopOptions,
): Planned[] {
  const last = (container: ObservedContainer): string => `${remove ? "remove" : "stop"}-container ${container.name}`;
  const touched = containers.filter((container) => remove || isUp(container));
  const byService = Map.groupBy(touched, ({ service }) => service);
  return touched.flatMap((container): Planned[] => {
    const after = dependentsAmong(project, byService, container.service).map(last);
    const stop: Step = { do: "stop-container", container, timeout };
    const removal: Step = { do: "remove-container", container, volumes: remove === "volumes" };
    const stopId = `stop-container ${container.name}`;
    const steps: Planned[] = isUp(container) ? [{ id: stopId, after, step: stop }] : [];
    if (remove) steps.push({ id: last(container), after: steps.length > 0 ? [stopId] : after, step: removal });
    return steps;
  });
}

/** Restarts containers: what others depend on comes first. */
export function planRestart(
  project: Project,
  containers: readonly ObservedContainer[],
  timeout: number | undefined,
): Planned[] {
  const id = ({ name }: ObservedContainer): string => `restart-container ${name}`;
  const byService = Map.groupBy(containers, ({ service }) => service);
  const after = new Map(containers.map((container): [ObservedContainer, string[]] => [container, []]));
  for (const container of containers)
    for (const dependent of dependentsAmong(project, byService, container.service))
      after.get(dependent)?.push(id(container));
  return containers.map((container) => ({
    ...{ id: id(container), after: after.get(container) ?? [] },
    step: { do: "restart-container", container, timeout },
  }));
}

type ByService = ReadonlyMap<string, readonly ObservedContainer[]>;

/** The containers of services that depend on `service`. Where labels tell of a circle, none in it waits for another. */
function dependentsAmong(project: Project, containers: ByService, service: string): ObservedContainer[] {
  return [...containers].flatMap(([other, list]) =>
    other !== service && reaches(project, other, service) && !reaches(project, service, other) ? [...list] : [],
  );
}

/** Whether service `from` depends on service `to`, directly or by way of others. */
export function reaches(
  project: Pick<Project, "services">,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const names = Object.keys(project.services[from]?.depends_on ?? {});
  return names.some((name) => name === to || reaches(project, name, to, seen));
}
