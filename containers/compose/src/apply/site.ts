/** What the executors of steps share while they work on one project. */
import type { Project } from "../model.ts";
import type { ObservedContainer, ObservedImage } from "../observe/observed.ts";
import type { OperationContext } from "../operations/context.ts";

/** Containers as they come to be, and what they are made from. */
export interface Site {
  readonly context: OperationContext;
  readonly project: Project;
  readonly images: ReadonlyMap<string, ObservedImage>;
  /** A service's containers, by their names: those that stay, and those that executors have made. */
  readonly containers: Map<string, Map<string, SiteContainer>>;
}

/** A container that exists. */
export interface SiteContainer {
  readonly id: string;
  readonly name: string;
  readonly number: number;
}

/** A site with the containers that are to stay. */
export function openSite(
  context: OperationContext,
  project: Project,
  staying: { readonly containers: readonly (SiteContainer & Pick<ObservedContainer, "service">)[] },
  images: ReadonlyMap<string, ObservedImage> = new Map(),
): Site {
  const containers = new Map<string, Map<string, SiteContainer>>();
  for (const { id, name, service, number } of staying.containers)
    containersOf({ containers }, service).set(name, { id, name, number });
  return { context, project, images, containers };
}

/** The containers of one service, by their names. */
export function containersOf({ containers }: Pick<Site, "containers">, service: string): Map<string, SiteContainer> {
  const known = containers.get(service);
  if (known !== undefined) return known;
  const made = new Map<string, SiteContainer>();
  containers.set(service, made);
  return made;
}

/** The id of the first container of a service. */
export function firstContainer(site: Site, service: string): string | undefined {
  const all = [...containersOf(site, service).values()];
  return all.sort((a, b) => a.number - b.number)[0]?.id;
}
