/** Images of services are built. */
import { readFile } from "node:fs/promises";
import { BuildError, buildImage, type ImageBuild } from "@skiff/docker/client/build";
import { buildRequest } from "../images/build-request.ts";
import { nameContexts, serviceContext, withStages } from "../images/named-contexts.ts";
import type { Build, Project, Service } from "../model.ts";
import { dependenciesOf } from "../plan/service-order.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What is built, and how. */
export interface BuildOptions {
  /** None: all that have a `build`. */
  readonly services?: readonly string[] | undefined;
  readonly noCache?: boolean | undefined;
  /** Look for newer base images. */
  readonly pull?: boolean | undefined;
  readonly push?: boolean | undefined;
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** The services that the named ones depend on, too. */
  readonly withDependencies?: boolean | undefined;
  /** Receives what the builds say, by service. Default: nobody does. */
  readonly output?: ((service: string, text: string) => void) | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/**
 * Builds. Answers the image's id by service. A service is built after those that it depends on, whose images it may be made
 * from; otherwise at the same time. The first failure is thrown when all that had begun has ended.
 */
export async function build(
  context: OperationContext,
  project: Project,
  options: BuildOptions,
): Promise<ReadonlyMap<string, string>> {
  const wanted = wantedServices(project, options);
  refuseCircles(project, wanted);
  const ids = new Map<string, string>();
  const begun = new Map<string, Promise<void>>();
  const buildAfterDependencies = async (service: Service): Promise<void> => {
    await Promise.all(neededBy(service, project).map(begin));
    if (wanted.has(service.name)) ids.set(service.name, await buildService(context, project, service, options));
  };
  const begin = (name: string): Promise<void> => {
    const service = serviceNamed(project, name);
    if (service === undefined) return Promise.resolve();
    const work = begun.get(name) ?? buildAfterDependencies(service);
    begun.set(name, work);
    return work;
  };
  const outcomes = await Promise.allSettled([...wanted].map(begin));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  if (options.push) {
    const { push } = await import("./push.ts");
    await push(context, project, { services: [...ids.keys()], auth: options.auth });
  }
  return ids;
}

function serviceNamed({ services, disabledServices }: Project, name: string): Service | undefined {
  return services[name] ?? disabledServices[name];
}

/** Services whose images are contexts of the build. */
function contextsOf({ build }: Service): string[] {
  return Object.values(build?.additional_contexts ?? {}).flatMap((place) => serviceContext(place) ?? []);
}

/** What must be built before a service. */
function neededBy(service: Service, { services }: Project): string[] {
  return [...dependenciesOf(service, services).map(([name]) => name), ...contextsOf(service)];
}

/** Throws where a service would have to be built before itself. */
function refuseCircles(project: Project, names: Iterable<string>): void {
  const clear = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new Error(`images are made from each other: ${[...path, name].join(" -> ")}`);
    const service = serviceNamed(project, name);
    if (service === undefined || clear.has(name)) return;
    for (const needed of neededBy(service, project)) visit(needed, [...path, name]);
    clear.add(name);
  };
  for (const name of names) visit(name, []);
}

/** The services to build. Throws for names that are none. */
function wantedServices(project: Project, { services = [], withDependencies }: BuildOptions): Set<string> {
  const wanted = new Set<string>();
  const want = (name: string): void => {
    const service = serviceNamed(project, name);
    if (service === undefined) throw new Error(`no such service: ${name}`);
    if (wanted.has(name)) return;
    wanted.add(name);
    const dependencies = withDependencies ? dependenciesOf(service, project.services).map(([each]) => each) : [];
    for (const needed of [...contextsOf(service), ...dependencies]) want(needed);
  };
  for (const name of services.length > 0 ? services : Object.keys(project.services)) want(name);
  return new Set([...wanted].filter((name) => serviceNamed(project, name)?.build !== undefined));
}

async function buildService(
  context: OperationContext,
  project: Project,
  service: Service,
  options: BuildOptions,
): Promise<string> {
  const { progress, signal, rehearsal } = context;
  const { build } = service;
  if (build === undefined) throw new Error(`service ${service.name} has no build`);
  const id = service.name;
  progress.event({ id, text: "Building", status: "working" });
  const said: string[] = [];
  try {
    const request = await buildRequest(project, service, build, options);
    if (rehearsal) {
      progress.event({ id, text: "Built", status: "done" });
      return "";
    }
    const image = await buildWithContexts(context, project, service, build, {
      ...{ ...request, signal },
      output: (text) => {
        if (options.output) options.output(service.name, text);
        else keep(said, text);
      },
    });
    progress.event({ id, text: "Built", status: "done" });
    return image;
  } catch (error) {
    progress.event({ id, text: "Error", status: "error" });
    const message = error instanceof Error ? error.message : String(error);
    throw new Error([...said, `failed to build service ${service.name}: ${message}`].join(""), {
      cause: error instanceof BuildError ? undefined : error,
    });
  }
}

async function buildWithContexts(
  context: OperationContext,
  project: Project,
  service: Service,
  build: Build,
  request: ImageBuild,
): Promise<string> {
  if (Object.keys(build.additional_contexts ?? {}).length === 0) return buildImage(context.client, request);
  const { dockerfile = "Dockerfile" } = request;
  const text = typeof dockerfile === "string" ? await readFile(dockerfile, "utf8") : dockerfile.text.toString();
  const contexts = await nameContexts(context, project, service, build);
  try {
    const staged = { text: Buffer.from(withStages(text, contexts.images)) };
    return await buildImage(context.client, { ...request, dockerfile: staged });
  } finally {
    await contexts.release();
  }
}

/** Pieces of output that are kept for the error, where nobody has seen them. */
const KEPT = 40;

function keep(said: string[], text: string): void {
  said.push(text);
  if (said.length > KEPT) said.shift();
}
