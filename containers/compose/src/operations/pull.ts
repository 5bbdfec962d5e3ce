/** Images of services are pulled. */
import { observeImages } from "../images/observe-images.ts";
import { pullImage } from "../images/pull-image.ts";
import type { Project, Service } from "../model.ts";
import { imageName } from "../plan/names.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What is pulled, and how. */
export interface PullOptions {
  /** None: all. */
  readonly services?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly ignoreFailures?: boolean | undefined;
  /** Leave out images that can be built. */
  readonly ignoreBuildable?: boolean | undefined;
  /** Over each service's own. */
  readonly policy?: "always" | "missing" | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/**
 * Pulls the images, several at a time, each once. Failures are thrown when all have been tried; those of images that can be
 * built are not failures.
 */
export async function pull(context: OperationContext, project: Project, options: PullOptions): Promise<void> {
  const { client, progress, signal } = context;
  const { services = [], quiet, auth } = options;
  const all = Object.values(project.services).filter(({ name }) => services.length === 0 || services.includes(name));
  const names = all.map((service) => imageName(project, service));
  const present = await observeImages(client, names, signal);
  const pulling = new Map<string, string>();
  const unbuilt: string[] = [];
  const work = all.map(async (service): Promise<void> => {
    const { name, image } = service;
    const reason = reasonToSkip(service, options, present.has(image ?? ""), pulling.get(image ?? ""));
    if (image === undefined || reason !== undefined) {
      progress.event({ id: name, text: reason ?? "Skipped", status: "done" });
      return;
    }
    pulling.set(image, name);
    const isBuildable = service.build !== undefined;
    try {
      await pullImage(context, service, image, { quiet, auth, failure: isBuildable ? "warning" : "error" });
    } catch (error) {
      if (isBuildable && !signal.aborted) unbuilt.push(name);
      else throw error;
    }
  });
  const outcomes = await Promise.allSettled(work);
  if (unbuilt.length > 0)
    progress.warn(
      `Some service image(s) must be built from source by running:\n    compose build ${unbuilt.join(" ")}`,
    );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined && !(options.ignoreFailures && !signal.aborted)) throw failed.reason;
}

/** Why an image is not pulled, as the progress says it. */
function reasonToSkip(
  service: Service,
  { policy, ignoreBuildable }: PullOptions,
  isPresent: boolean,
  puller: string | undefined,
): string | undefined {
  if (service.image === undefined) return "Skipped - No image to be pulled";
  const wanted = policy ?? service.pull_policy;
  if (wanted === "never" || wanted === "build") return "Skipped";
  if ((wanted === "missing" || wanted === "if_not_present") && isPresent)
    return "Skipped - Image is already present locally";
  if (ignoreBuildable && service.build !== undefined) return "Skipped - Image can be built";
  return puller === undefined ? undefined : `Skipped - Image is already being pulled by ${puller}`;
}
