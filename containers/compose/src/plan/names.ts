/** Names of what a project makes, as `docker compose` v2 makes them. */
import type { Project, Service } from "../model.ts";

/** The image of a service: its own, else `<project>-<service>`, which is built. */
export function imageName(project: Project, service: Service): string {
  return service.image ?? `${project.name}-${service.name}`;
}

/** The name of a service's container: `container_name`, else `<project>-<service>-<number>`. */
export function containerName(project: Project, service: Service, number: number): string {
  return service.container_name ?? `${project.name}-${service.name}-${number}`;
}

/** The name of a container of `run`. `slug` is at least 12 hexadecimal digits. */
export function oneOffName(project: Project, service: Service, slug: string): string {
  return `${project.name}-${service.name}-run-${slug.slice(0, 12)}`;
}

/** A container's name without the project's, as it stands before lines of output. */
export function shortName(project: string, name: string): string {
  return name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
}
