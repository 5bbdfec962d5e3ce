/** From a merged model to a project: defaults, names, environments, profiles. */
import type { Project, Service } from "../model.ts";
import type { Place } from "./compose-file-error.ts";
import type { FileScope } from "./file-session.ts";
import type { LoadOptions } from "./load-options.ts";
import { attribute, type Mapping, type Node, plain } from "./node.ts";
import { normalizeService, sorted } from "./normalize-service.ts";
import { splitByProfiles } from "./profiles.ts";
import { resolveServiceFiles } from "./service-files.ts";
import { placeOf } from "./source.ts";
import { unheededAttributes } from "./unheeded.ts";
import { onlyUsedResources } from "./used-resources.ts";

/** What is known of a project besides its model. */
export interface ProjectFacts {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly environmentFiles: readonly string[];
  readonly scope: FileScope;
  readonly profiles: readonly string[];
  readonly options: LoadOptions;
}

/** What the shapes make of a model: a project before its defaults. */
type Model = Partial<Pick<Project, "services" | "networks" | "volumes" | "configs" | "secrets" | "models">>;

/** Resolves `model`. Throws `ComposeFileError` for files of variables that are not there and for services that profiles leave out. */
export async function buildProject(model: Mapping, facts: ProjectFacts): Promise<Project> {
  const { name, directory, files, environmentFiles, scope, profiles, options } = facts;
  // The shapes have checked every attribute: this is the form that the types describe.
  const { services: read = {}, ...others } = plain(model) as Model & { readonly [extension: `x-${string}`]: unknown };
  const normalize = options.normalize ?? true;
  const all = Object.fromEntries(
    Object.entries(read).map(([key, service]) => {
      const complete: Service = {
        ...service,
        name: key,
        command: service.command ?? null,
        entrypoint: service.entrypoint ?? null,
      };
      return [key, normalize ? normalizeService(complete, scope.environment, directory) : complete];
    }),
  );
  const written = attribute(model, "services");
  const { services, disabledServices } = splitByProfiles(all, profiles, options.services ?? [], {
    consistency: options.consistency ?? true,
    placeOf: (service, dependency) => placeOfDependency(attribute(written, service), service, dependency),
  });
  // Without interpolation, a file's name may still be a variable.
  const resolvesEnvironment = options.resolveEnvironment !== false && options.interpolate !== false;
  const resolved: Record<string, Service> = {};
  for (const [key, service] of Object.entries(services)) {
    resolved[key] = resolvesEnvironment
      ? await resolveServiceFiles(service, scope.environment, scope.session, attribute(written, key))
      : service;
  }
  const extensions = Object.fromEntries(Object.entries(others).filter(([key]) => key.startsWith("x-")));
  const usesDefault = Object.values(all).some(({ networks }) => networks !== undefined && "default" in networks);
  const networks = usesDefault ? { default: {}, ...others.networks } : (others.networks ?? {});
  const project: Project = {
    ...extensions,
    name,
    services: sorted(resolved),
    networks: namedNetworks(networks, name),
    volumes: withNames(others.volumes ?? {}, name),
    secrets: withNames(others.secrets ?? {}, name),
    configs: withNames(others.configs ?? {}, name),
    models: others.models ?? {},
    disabledServices: sorted(disabledServices),
    workingDirectory: directory,
    composeFiles: files,
    environmentFiles,
    environment: { ...scope.session.includedValues, ...scope.environment },
    profiles,
    warnings: [...scope.session.warnings, ...unheededAttributes({ services: resolved })],
  };
  return options.allResources === true ? project : onlyUsedResources(project);
}

/** Where a service names one that it depends on, unless it only implies it. */
function placeOfDependency(service: Node | undefined, name: string, dependency: string): Place | undefined {
  const dependencies = attribute(service, "depends_on");
  const entry = dependencies?.kind === "map" ? dependencies.entries.get(dependency) : undefined;
  return entry === undefined ? undefined : placeOf(entry.key, `services.${name}.depends_on.${dependency}`);
}

/** What every resource may have. */
interface Resource {
  readonly name?: string;
  readonly external?: boolean;
}

/** The real name of a resource: its own, its key where it is external, and otherwise its key behind the project's name. */
function withNames<Value extends Resource>(
  values: Readonly<Record<string, Value>>,
  project: string,
): Record<string, Value & { readonly name: string }> {
  return sorted(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const { external, ...rest } = value;
        const name = value.name ?? (external === true ? key : `${project}_${key}`);
        return [key, { ...(external === true ? value : (rest as Value)), name }];
      }),
    ),
  );
}

function namedNetworks(
  networks: Readonly<Record<string, Partial<Project["networks"][string]>>>,
  project: string,
): Project["networks"] {
  const entries = Object.entries(withNames(networks, project));
  return Object.fromEntries(entries.map(([key, network]) => [key, { ...network, ipam: network.ipam ?? {} }]));
}
