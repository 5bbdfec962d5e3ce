/** One container more of a service, for one command. */
import { randomBytes } from "node:crypto";
import { applySteps } from "../apply/apply-steps.ts";
import { converge } from "../apply/converge.ts";
import { makeContainer } from "../apply/make-container.ts";
import { containersOf, type Site } from "../apply/site.ts";
import { startConverged } from "../apply/start-converged.ts";
import { oneOffService } from "../container/one-off-service.ts";
import { ensureImages } from "../images/ensure-images.ts";
import { observeImages } from "../images/observe-images.ts";
import type { Project, Service } from "../model.ts";
import { imageName, oneOffName } from "../plan/names.ts";
import { reaches } from "../plan/plan-stop.ts";
import { dependenciesOf } from "../plan/service-order.ts";
import type { Planned } from "../plan/step.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What differs from the service, and from other runs of it. */
export interface RunOptions {
  readonly service: string;
  /** Empty: the service's own. */
  readonly command: readonly string[];
  readonly name?: string | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  /** "KEY=value", or "KEY" to take it from the environment of the project. */
  readonly environment?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Short syntax, as in a file. */
  readonly volumes?: readonly string[] | undefined;
  /** Short syntax. */
  readonly publish?: readonly string[] | undefined;
  readonly servicePorts?: boolean | undefined;
  /** The service's aliases on its networks. */
  readonly useAliases?: boolean | undefined;
  readonly user?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly capAdd?: readonly string[] | undefined;
  readonly capDrop?: readonly string[] | undefined;
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly detach?: boolean | undefined;
  /** Removed when it ends. */
  readonly remove?: boolean | undefined;
  readonly build?: boolean | undefined;
  readonly pull?: "always" | "missing" | "never" | undefined;
  readonly noDependencies?: boolean | undefined;
  readonly removeOrphans?: boolean | undefined;
  readonly ignoreOrphans?: boolean | undefined;
  readonly quietPull?: boolean | undefined;
  readonly buildOutput?: ((service: string, text: string) => void) | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** A container that is created and not started: the caller attaches to it, then starts it. */
export interface OneOff {
  readonly id: string;
  readonly name: string;
}

/** Starts what the service depends on, and creates its one-off container. */
export async function createOneOff(context: OperationContext, project: Project, options: RunOptions): Promise<OneOff> {
  const defined = project.services[options.service];
  if (defined === undefined) throw new Error(`no such service: ${options.service}`);
  const { pull, quietPull, buildOutput, auth, removeOrphans, ignoreOrphans } = options;
  const dependencies: Project = {
    ...project,
    services: options.noDependencies ? {} : dependenciesFor(project, options.service),
    disabledServices: { ...project.disabledServices, [options.service]: defined },
  };
  // Its networks and volumes are needed even where there are no dependencies.
  const converged = await converge(
    context,
    dependencies,
    { quietPull, buildOutput, auth, removeOrphans, ignoreOrphans },
    [options.service],
  );
  const { signal, client } = context;
  await startConverged(converged, { waitFor: [] });
  await awaitDependencies(converged.site, defined, options.noDependencies ?? false);

  const service = oneOffService(project, defined, options);
  const image = imageName(project, service);
  const images = await ensureImages(
    context,
    { ...project, services: { [service.name]: service } },
    await observeImages(client, [image], signal),
    { build: options.build ? "always" : "missing", pull, quietPull, buildOutput, auth },
  );
  const slug = randomBytes(32).toString("hex");
  const name = options.name ?? oneOffName(project, service, slug);
  const id = await makeContainer(
    { ...converged.site, project, images },
    {
      ...{ service, number: -1, name },
      oneOff: {
        ...{ slug, aliases: options.useAliases ?? false, autoRemove: options.remove ?? false },
        attachStdin: options.interactive && !options.detach,
      },
    },
  );
  return { id, name };
}

function dependenciesFor(project: Project, service: string): Project["services"] {
  return Object.fromEntries(Object.entries(project.services).filter(([name]) => reaches(project, service, name)));
}

/** Dependencies of other conditions than "started" have run before their containers count. */
async function awaitDependencies(site: Site, service: Service, none: boolean): Promise<void> {
  if (none) return;
  const steps = dependenciesOf(service, site.project.services).flatMap(([name, { condition, required }]): Planned[] =>
    condition === "service_started"
      ? []
      : [
          {
            ...{ id: `await ${name}`, after: [] },
            step: {
              ...{ do: "await-service", service: name, condition, required },
              containers: [...containersOf(site, name).values()].map((container) => container.name),
            },
          },
        ],
  );
  await applySteps(site, steps);
}
