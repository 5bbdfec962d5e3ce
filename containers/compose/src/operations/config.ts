/** `compose config`: the project in its canonical form, or lists of what is in it. */
import { stringify } from "yaml";
import { goJson } from "../canonical/go-json.ts";
import { type Format, printValue } from "../canonical/print-value.ts";
import { RESOURCES } from "../canonical/resource-forms.ts";
import { SERVICE } from "../canonical/service-form.ts";
import type { Project } from "../model.ts";
import { configHash } from "../plan/config-hash.ts";

/** The forms that `renderConfig` knows. */
export type ConfigFormat = Format;

/**
 * Gives `project` as one Compose file that loads to the same project: `$` is doubled, so that nothing is interpolated again,
 * unless `interpolated` is false because the variables still stand in it. JSON is indented by two spaces. JSON ends without a newline.
 */
export function renderConfig(project: Project, format: ConfigFormat, { interpolated = true } = {}): string {
  const canonical = canonicalForm(project, format);
  const text =
    format === "json"
      ? goJson(canonical, 2)
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
    return `${name} ${configHash(service)}`;
  });
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** The attributes of a project that are printed: JSON has its sections in the order of their names. */
function canonicalForm(project: Project, format: ConfigFormat): Readonly<Record<string, unknown>> {
  const { name } = project;
  const services = Object.entries(project.services).map(([key, { name: _, ...service }]) => [
    key,
    printValue(service, SERVICE, format),
  ]);
  const sections = Object.entries(RESOURCES).flatMap(([section, form]): [string, unknown][] => {
    const resources = Object.entries(project[section as keyof typeof RESOURCES]);
    if (resources.length === 0) return [];
    return [[section, Object.fromEntries(resources.map(([key, held]) => [key, printValue(held, form, format)]))]];
  });
  const extensions = Object.entries(project).filter(([key]) => key.startsWith("x-"));
  const members: [string, unknown][] = [["services", Object.fromEntries(services)], ...sections, ...extensions.sort()];
  const inOrder =
    format === "json" ? [["name", name] as [string, unknown], ...members].sort(byName) : [["name", name], ...members];
  return Object.fromEntries(inOrder);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
