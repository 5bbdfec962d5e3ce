/** A project is taken down: containers, then networks; volumes and images where asked. */
import { applySteps } from "../apply/apply-steps.ts";
import { openSite } from "../apply/site.ts";
import { observeImages } from "../images/observe-images.ts";
import type { Project } from "../model.ts";
import { observeProject } from "../observe/observe-project.ts";
import { targetProject } from "../observe/target-project.ts";
import { LABEL } from "../plan/labels.ts";
import { imageName } from "../plan/names.ts";
import { planDown } from "../plan/plan-down.ts";
import type { OperationContext } from "./context.ts";

/** What goes besides containers and networks. */
export interface DownOptions {
  /** Services to remove. None: all, and the networks too. */
  readonly services?: readonly string[] | undefined;
  readonly removeOrphans?: boolean | undefined;
  /** Named volumes that are not external, and anonymous ones. */
  readonly volumes?: boolean | undefined;
  /** "local": images without a name of the file's own. */
  readonly images?: "all" | "local" | undefined;
  /** Seconds that a container has to stop in. */
  readonly timeout?: number | undefined;
}

/** Takes down the project, or what bears its name where there is no file. */
export async function down(context: OperationContext, target: Project | string, options: DownOptions): Promise<void> {
  const { client, signal, progress } = context;
  const name = typeof target === "string" ? target : target.name;
  const observed = await observeProject(client, name, { signal });
  const project = targetProject(target, observed);
  const services = (options.services ?? []).filter((service) => {
    if (project.services[service] !== undefined) return true;
    // Without a file, a service that is gone cannot be told from one that never was.
    if (typeof target === "string") return false;
    throw new Error(`no such service: ${service}`);
  });
  if (services.length === 0 && (options.services ?? []).length > 0) return;
  const images = options.images === undefined ? [] : await imagesOf(context, project, options.images);
  const steps = planDown(project, observed, { ...options, services, images });
  if (steps.length === 0) progress.warn(`No resource found to remove for project "${name}".`);
  await applySteps(openSite(context, project, observed), steps);
}

/** The images that go: those the project has built, and with "all" those it has pulled too. */
async function imagesOf(
  { client, signal }: OperationContext,
  project: Project,
  which: "all" | "local",
): Promise<string[]> {
  const named = Object.values(project.services)
    .filter(({ image, build }) =>
      which === "all" ? image !== undefined || build !== undefined : build !== undefined && image === undefined,
    )
    .map((service) => imageName(project, service));
  const filters = JSON.stringify({ label: [`${LABEL.project}=${project.name}`], dangling: ["false"] });
  const [present, labelled] = await Promise.all([
    observeImages(client, named, signal),
    client.json<readonly { readonly RepoTags: readonly string[] | null }[]>("/images/json", {
      query: { filters },
      signal,
    }),
  ]);
  const own = Object.values(project.services).map(({ image }) => image);
  const built = labelled.flatMap(({ RepoTags }) => RepoTags ?? []).map((tag) => tag.replace(/:latest$/, ""));
  return [...new Set([...present.keys(), ...built.filter((tag) => which === "all" || !own.includes(tag))])];
}
