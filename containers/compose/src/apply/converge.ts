/** Observes, plans and applies, so that a project's containers are as its file says. Nothing is started. */
import { ensureImages } from "../images/ensure-images.ts";
import { observeImages } from "../images/observe-images.ts";
import type { Project } from "../model.ts";
import { observeProject } from "../observe/observe-project.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import type { OperationContext } from "../operations/context.ts";
import type { CreateOptions } from "../operations/create.ts";
import { ignoredAttributes } from "../plan/ignored-attributes.ts";
import { imageName } from "../plan/names.ts";
import { type FutureContainer, planCreate } from "../plan/plan-create.ts";
import { volumeHash } from "../plan/resource-hash.ts";
import { applySteps } from "./apply-steps.ts";
import { checkExternals } from "./check-externals.ts";
import { removeContainer, stopContainer } from "./container-steps.ts";
import { openSite, type Site } from "./site.ts";

/** A project whose containers are there. */
export interface Converged {
  readonly site: Site;
  readonly containers: readonly FutureContainer[];
}

/**
 * Makes what is missing, replaces what has changed, removes what is too much. Of the services `prepared`, which the project need
 * not enable, only networks and volumes are made. Throws the first failure.
 */
export async function converge(
  context: OperationContext,
  project: Project,
  options: CreateOptions,
  prepared: readonly string[] = [],
): Promise<Converged> {
  const { client, signal, progress } = context;
  for (const service of Object.values(project.services)) {
    if (service.provider !== undefined)
      throw new Error(`service ${service.name} is run by provider ${service.provider.type}, which is not supported`);
    if (service.image === undefined && service.build === undefined)
      throw new Error(`service "${service.name}" has neither an image nor a build context specified`);
  }
  for (const sentence of ignoredAttributes(project)) progress.warn(sentence);
  const names = Object.values(project.services).map((service) => imageName(project, service));
  const [observed, present] = await Promise.all([
    observeProject(client, project.name, { signal }),
    observeImages(client, names, signal),
    checkExternals(context, project),
  ]);
  const images = await ensureImages(context, project, present, options);
  await removeOrphans(context, project, observed.containers, options);

  for (const [key, volume] of Object.entries(project.volumes)) {
    const present = observed.volumes.find((each) => each.key === key && each.name === volume.name);
    if (present?.configHash !== undefined && present.configHash !== volumeHash(volume))
      progress.warn(
        `Volume "${volume.name}" exists but doesn't match configuration in compose file: it is used as it is. Remove it to have it made anew.`,
      );
  }
  const plan = planCreate(project, observed, images, { ...options, prepared });
  const staying = plan.containers.flatMap(({ id, ...rest }) => (id === undefined ? [] : [{ ...rest, id }]));
  const site = openSite(context, project, { containers: staying }, images);
  for (const { id, name, running } of plan.containers)
    if (running && id !== undefined) progress.event({ id: `Container ${name}`, text: "Running", status: "done" });
  await applySteps(site, plan.steps);
  return { site, containers: plan.containers };
}

/** Containers of services that the file does not have any more, and finished ones of `run`. */
export function orphansOf(project: Project, containers: readonly ObservedContainer[]): ObservedContainer[] {
  return containers.filter(({ service, oneOff, state }) => {
    if (oneOff) return state === "exited" || state === "dead";
    return project.services[service] === undefined && project.disabledServices[service] === undefined;
  });
}

async function removeOrphans(
  context: OperationContext,
  project: Project,
  containers: readonly ObservedContainer[],
  { removeOrphans, ignoreOrphans, timeout }: CreateOptions,
): Promise<void> {
  const orphans = orphansOf(project, containers);
  if (removeOrphans) {
    await Promise.all(
      orphans.map(async (orphan) => {
        await stopContainer(context, orphan, undefined, timeout);
        await removeContainer(context, orphan, false);
      }),
    );
    return;
  }
  const left = orphans.filter(({ oneOff }) => !oneOff).map(({ name }) => name);
  if (left.length > 0 && !ignoreOrphans)
    context.progress.warn(
      `Found orphan containers ([${left.join(" ")}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.`,
    );
}
