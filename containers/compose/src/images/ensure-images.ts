/** Before containers are made, their images are pulled or built. */
import type { Project, Service } from "../model.ts";
import type { ObservedImage } from "../observe/observed.ts";
import type { OperationContext } from "../operations/context.ts";
import type { CreateOptions } from "../operations/create.ts";
import { imageName } from "../plan/names.ts";
import { observeImage, observeImages } from "./observe-images.ts";
import { pullImage } from "./pull-image.ts";
import { isStale } from "./pull-policy.ts";

type EnsureOptions = Pick<CreateOptions, "build" | "pull" | "quietPull" | "buildOutput" | "auth">;

/** Pulls and builds what is missing, or what policies want anew. Answers the images that are there then, by name. */
export async function ensureImages(
  context: OperationContext,
  project: Project,
  present: ReadonlyMap<string, ObservedImage>,
  options: EnsureOptions,
): Promise<ReadonlyMap<string, ObservedImage>> {
  const services = Object.values(project.services).filter(({ provider }) => provider === undefined);
  const images = new Map(present);
  const pulls = new Map<string, Service>();
  for (const service of services) {
    const image = imageName(project, service);
    if (service.image !== undefined && wantsPull(service, images.get(image), options)) pulls.set(image, service);
  }
  const isBuilt = (image: string): boolean =>
    services.some((service) => service.build !== undefined && imageName(project, service) === image);
  await Promise.all(
    [...pulls].map(async ([image, service]) => {
      const failure = isBuilt(image) ? "warning" : "error";
      try {
        await pullImage(context, service, image, { quiet: options.quietPull, auth: options.auth, failure });
      } catch (error) {
        // An image that can be built need not be in a registry.
        if (failure === "error" || context.signal.aborted) throw error;
      }
      const pulled = await observeImage(context.client, image, context.signal);
      if (pulled !== undefined) images.set(image, pulled);
    }),
  );

  const builds = services.filter((service) => wantsBuild(service, images.get(imageName(project, service)), options));
  if (builds.length > 0) {
    const { build } = await import("../operations/build.ts");
    await build(context, project, {
      ...{ services: builds.map(({ name }) => name), auth: options.auth, output: options.buildOutput },
    });
    const names = builds.map((service) => imageName(project, service));
    for (const [name, image] of await observeImages(context.client, names, context.signal)) images.set(name, image);
  }
  if (context.rehearsal) {
    for (const made of [...pulls.keys(), ...builds.map((service) => imageName(project, service))])
      if (!images.has(made)) images.set(made, { id: "", volumes: [], taggedAt: 0 });
  }
  const lacking = services.find((service) => !images.has(imageName(project, service)));
  if (lacking !== undefined) throw new Error(missing(project, lacking));
  return images;
}

function missing(project: Project, service: Service): string {
  const image = imageName(project, service);
  if (service.build === undefined) return `No such image: ${image}`;
  return `service ${JSON.stringify(service.name)} needs image ${image}, which is not there: leave out --no-build to build it`;
}

function wantsPull(service: Service, image: ObservedImage | undefined, { pull, build }: EnsureOptions): boolean {
  const policy = pull ?? service.pull_policy ?? "missing";
  if (policy === "never" || policy === "build" || (build === "always" && service.build !== undefined)) return false;
  if (policy === "always") return true;
  return image === undefined || isStale(policy, service.pull_refresh_after, image.taggedAt, Date.now() / 1000);
}

function wantsBuild(service: Service, image: ObservedImage | undefined, { build, pull }: EnsureOptions): boolean {
  if (service.build === undefined || build === "never") return false;
  return build === "always" || image === undefined || (pull ?? service.pull_policy) === "build";
}
