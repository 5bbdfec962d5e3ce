/** Images of services are built. */
import { BuildError, buildImage } from "@skiff/docker/client/build";
import { buildRequest } from "../images/build-request.ts";
import type { Project, Service } from "../model.ts";
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
  const ids = new Map<string, string>();
  const begun = new Map<string, Promise<void>>();
  const buildAfterDependencies = async (service: Service): Promise<void> => {
    await Promise.all(dependenciesOf(service, project.services).map(([name]) => begin(name)));
    if (wanted.has(service.name)) ids.set(service.name, await buildService(context, project, service, options));
  };
  const begin = (name: string): Promise<void> => {
    const service = project.services[name];
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

function wantedServices(project: Project, { services = [], withDependencies }: BuildOptions): Set<string> {
  const wanted = new Set<string>();
  const want = (name: string): void => {
    const service = project.services[name];
    if (service === undefined) throw new Error(`no such service: ${name}`);
    if (wanted.has(name)) return;
    wanted.add(name);
    if (withDependencies) for (const [dependency] of dependenciesOf(service, project.services)) want(dependency);
  };
  for (const name of services.length > 0 ? services : Object.keys(project.services)) want(name);
  return new Set([...wanted].filter((name) => project.services[name]?.build !== undefined));
}

async function buildService(
  context: OperationContext,
  project: Project,
  service: Service,
  options: BuildOptions,
): Promise<string> {
  const { client, progress, signal, rehearsal } = context;
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
    const image = await buildImage(client, {
      ...request,
      signal,
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

/** Pieces of output that are kept for the error, where nobody has seen them. */
const KEPT = 40;

function keep(said: string[], text: string): void {
  said.push(text);
  if (said.length > KEPT) said.shift();
}
