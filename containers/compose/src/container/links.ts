/** `links` and `external_links`, as `container:alias`. Pure. */
import type { Project, Service } from "../model.ts";

/** Links of container `number` of `service`: each container of a linked service under its alias and its two other names. */
export function linksOf(
  project: Project,
  service: Service,
  number: number,
  containersOf: (service: string) => readonly { readonly name: string }[],
): string[] {
  const own = (service.links ?? []).flatMap((link) => {
    const [name = "", alias = name] = link.split(":");
    return containersOf(name).flatMap((container) => [
      `${container.name}:${alias}`,
      `${container.name}:${name}-${number}`,
      `${container.name}:${project.name}-${name}-${number}`,
    ]);
  });
  const external = (service.external_links ?? []).map((link) => {
    const [name = "", alias = name] = link.split(":");
    return `${name}:${alias}`;
  });
  return [...own, ...external];
}
