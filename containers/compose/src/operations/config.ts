/** `compose config`: the project in its canonical form, or lists of what is in it. */
import { stringify } from "yaml";
import type { Project, Service } from "../model.ts";
import { serviceHash } from "../plan/service-hash.ts";

/** The forms that `renderConfig` knows. */
export type ConfigFormat = "yaml" | "json";

/**
 * Gives `project` as one Compose file that loads to the same project: `$` is doubled, so that nothing is interpolated again,
 * unless `interpolated` is false because the variables still stand in it. JSON is indented by two spaces. Both end with a newline.
 */
export function renderConfig(project: Project, format: ConfigFormat, { interpolated = true } = {}): string {
  const canonical = canonicalForm(project, format);
  const text =
    format === "json"
      ? `${JSON.stringify(canonical, undefined, 2)}\n`
      : stringify(canonical, { schema: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
  return interpolated ? text.replaceAll("$", "$$$$") : text;
}

/** What `configList` lists, as the flags of `config` call it. */
export type ConfigList = "services" | "volumes" | "networks" | "models" | "images" | "profiles" | "environment";

/** Gives the names of one sort, in order; of images one per service, and of the environment `NAME=value`. */
export function configList(project: Project, what: ConfigList): readonly string[] {
  const services = Object.values(project.services);
  switch (what) {
    case "images":
      return services.map(({ image, name }) => image ?? `${project.name}-${name}`);
    case "profiles":
      return inOrder(
        [...services, ...Object.values(project.disabledServices)].flatMap(({ profiles = [] }) => profiles),
      );
    case "environment":
      return inOrder(Object.entries(project.environment).map(([name, value]) => `${name}=${value}`));
    default:
      return inOrder(Object.keys(project[what]));
  }
}

/** Gives `name hash` for the services named, or all of them: what their containers are labelled with. Throws when one of the names is no service. */
export function configHashes(project: Project, names: readonly string[]): readonly string[] {
  const chosen = names.length === 0 ? Object.keys(project.services) : names;
  return inOrder(chosen).map((name) => {
    const service = project.services[name];
    if (service === undefined) throw new Error(`no such service: ${name}`);
    return `${name} ${serviceHash(project, service)}`;
  });
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** The attributes of a project that are printed, in the order in which they are. */
function canonicalForm(project: Project, format: ConfigFormat): Readonly<Record<string, unknown>> {
  const { name, networks, volumes, secrets, configs, models } = project;
  const services = Object.entries(project.services).map(([key, service]) => [key, printed(service, format)] as const);
  const sections = Object.entries({ networks, volumes, secrets, configs, models });
  const extensions = Object.entries(project).filter(([key]) => key.startsWith("x-"));
  return {
    name,
    services: Object.fromEntries(services),
    ...Object.fromEntries(
      sections.flatMap(([section, resources]) => {
        const entries = Object.entries(resources).map(([key, resource]) => [key, printedResource(resource, format)]);
        return entries.length === 0 ? [] : [[section, Object.fromEntries(entries)]];
      }),
    ),
    ...Object.fromEntries(extensions),
  };
}

/** A resource; YAML says nothing of addresses that the engine chooses. */
function printedResource(resource: object, format: ConfigFormat): unknown {
  const isEmpty = (key: string, value: unknown): boolean => key === "ipam" && JSON.stringify(value) === "{}";
  const entries = Object.entries(resource).filter(([key, value]) => format === "json" || !isEmpty(key, value));
  return ordered(Object.fromEntries(entries), ["name"]);
}

/** A service without its name; JSON says `null` for a command that is the image's own, YAML says nothing. */
function printed({ name: _name, ...service }: Service, format: ConfigFormat): unknown {
  const isSilent = (key: string, value: unknown): boolean =>
    format === "yaml" && value === null && (key === "command" || key === "entrypoint");
  return ordered(Object.fromEntries(Object.entries(service).filter(([key, value]) => !isSilent(key, value))), [
    "profiles",
  ]);
}

/** What says which port or mount an entry of a list is, in the order in which people write it. */
const IDENTITY = ["type", "mode", "host_ip", "source", "target", "published", "protocol"];

/** The same value with the keys of its mappings in order, `first` ones first, and in lists those that say what an item is. */
function ordered(value: unknown, first: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, IDENTITY));
  if (typeof value !== "object" || value === null) return value;
  const rank = (key: string): number => (first.includes(key) ? first.indexOf(key) : first.length);
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, held]) => [key, ordered(held, [])]));
}
