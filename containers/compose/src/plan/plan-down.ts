/** What is taken away when a project goes down, in which order. Pure. */
import type { Project } from "../model.ts";
import type { Observed } from "../observe/observed.ts";
import type { DownOptions } from "../operations/down.ts";
import { planStop, reaches } from "./plan-stop.ts";
import type { Planned } from "./step.ts";

/** What decides besides the file and what runs. */
export type PlanDownOptions = Pick<DownOptions, "services" | "removeOrphans" | "volumes" | "timeout"> & {
  /** Images to remove, by name. */
  readonly images: readonly string[];
};

/** Containers go first, dependents before what they depend on; then networks; volumes and images where asked. */
export function planDown(project: Project, observed: Observed, options: PlanDownOptions): Planned[] {
  const { services = [], removeOrphans = false, volumes = false, timeout, images } = options;
  const isMeant = (service: string): boolean =>
    services.length === 0 || services.some((name) => name === service || reaches(project, service, name));
  const containers = observed.containers.filter(({ service, oneOff }) => {
    const isOrphan =
      oneOff || (project.services[service] === undefined && project.disabledServices[service] === undefined);
    return isOrphan ? removeOrphans : isMeant(service);
  });
  const steps = planStop(project, containers, { timeout, remove: volumes ? "volumes" : true });
  const gone = steps.flatMap(({ id, step }) => (step.do === "remove-container" ? [id] : []));

  const networks = observed.networks.filter(({ key, name }) => {
    const declared = project.networks[key];
    return declared !== undefined && !declared.external && declared.name === name;
  });
  for (const { key, name, id } of networks)
    steps.push({ id: `remove-network ${key}`, after: gone, step: { do: "remove-network", key, name, id } });
  for (const image of images)
    steps.push({ id: `remove-image ${image}`, after: gone, step: { do: "remove-image", image } });
  if (volumes)
    for (const [key, { name, external }] of Object.entries(project.volumes))
      if (!external) steps.push({ id: `remove-volume ${key}`, after: gone, step: { do: "remove-volume", name } });
  return steps;
}
