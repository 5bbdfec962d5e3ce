/** What the executors of steps share while they work on one project. */
import type { Project } from "../model.ts";
import type { Observed, ObservedImage } from "../observe/observed.ts";
import type { OperationContext } from "../operations/context.ts";

/** Containers as they come to be, and what they are made from. */
export interface Site {
  readonly context: OperationContext;
  readonly project: Project;
  readonly images: ReadonlyMap<string, ObservedImage>;
  /** The ids of a service's containers, by their numbers. Executors keep it true. */
  readonly containers: Map<string, Map<number, SiteContainer>>;
}

/** A container that exists. */
export interface SiteContainer {
  readonly id: string;
  readonly name: string;
}

/** The site as it was observed. */
export function openSite(
  context: OperationContext,
  project: Project,
  observed: Pick<Observed, "containers">,
  images: ReadonlyMap<string, ObservedImage> = new Map(),
): Site {
  const containers = new Map<string, Map<number, SiteContainer>>();
  for (const { id, name, service, number, oneOff } of observed.containers) {
    if (!oneOff) containersOf({ containers }, service).set(number, { id, name });
  }
  return { context, project, images, containers };
}

/** The containers of one service, by their numbers. */
export function containersOf({ containers }: Pick<Site, "containers">, service: string): Map<number, SiteContainer> {
  const known = containers.get(service);
  if (known !== undefined) return known;
  const made = new Map<number, SiteContainer>();
  containers.set(service, made);
  return made;
}

/** The id of the first container of a service. */
export function firstContainer(site: Site, service: string): string | undefined {
  const all = containersOf(site, service);
  return all.get(Math.min(...all.keys()))?.id;
}
