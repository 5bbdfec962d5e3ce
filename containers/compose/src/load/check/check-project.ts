/** What a model must be as a whole: names that are referred to exist, and attributes do not contradict each other. */
import { attribute, type Mapping, type Node, textOf } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { checkDependencies } from "./check-dependencies.ts";
import { checkReferences } from "./check-references.ts";
import { checkService } from "./check-service.ts";

const MOST_SERVICES = 2000;

/** Throws `ComposeFileError` at the first thing that is wrong with the merged `model`. */
export function checkProject(model: Mapping): void {
  const services = attribute(model, "services");
  if (services?.kind !== "map") return;
  // What follows the dependencies does so by recursion.
  if (services.entries.size > MOST_SERVICES) failAt(services.at, "services", `more than ${MOST_SERVICES} services`);
  checkReferences(model, services);
  const containers = new Map<string, string>();
  for (const [name, { key, value }] of services.entries) {
    if (value.kind !== "map") continue;
    checkService(name, value, key);
    const container = textOf(value, "container_name");
    const other = container === undefined ? undefined : containers.get(container);
    if (container !== undefined && other !== undefined) {
      failAt(
        (attribute(value, "container_name") ?? value).at,
        `services.${name}.container_name`,
        `${quoted(container)} is already the name of services.${other}`,
      );
    }
    if (container !== undefined) containers.set(container, name);
  }
  checkDependencies(services);
  for (const section of ["networks", "volumes", "secrets", "configs", "models"])
    checkResources(section, attribute(model, section));
}

/** Attributes that say what a resource is: one of them must be there. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  secrets: ["file", "environment", "external", "driver"],
  configs: ["file", "environment", "content", "external"],
  models: ["model"],
};

function checkResources(section: string, resources: Node | undefined): void {
  if (resources?.kind !== "map") return;
  for (const [name, { key, value }] of resources.entries) {
    if (value.kind !== "map") continue;
    const path = `${section}.${name}`;
    const given = [...value.entries.keys()].filter((attribute) => value.entries.get(attribute)?.value.tag !== "reset");
    const external = attribute(value, "external");
    if (external?.kind === "scalar" && external.value === true) {
      const other = given.find((attribute) => !["external", "name"].includes(attribute) && !attribute.startsWith("x-"));
      if (other !== undefined)
        failAt(value.entries.get(other)?.key ?? key, `${path}.${other}`, "cannot be given for what is external");
      continue;
    }
    const values = VALUES[section];
    if (values === undefined) continue;
    const sources = given.filter((attribute) => values.includes(attribute) && attribute !== "external");
    if (sources.length === 0) failAt(key, path, `needs ${values.length === 1 ? "" : "one of "}${values.join(", ")}`);
    const [first, second] = sources;
    if (second !== undefined)
      failAt(value.entries.get(second)?.key ?? key, path, `${first} and ${second} are mutually exclusive`);
  }
}
