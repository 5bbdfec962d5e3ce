/** Dependencies between services. */
import { findCircle } from "../dependency-circle.ts";
import { attribute, type Mapping, type Node } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt, type Position } from "../source.ts";
import { suggestion } from "../suggestion.ts";

/** A service that another one names, and where. */
interface Reference {
  readonly name: string;
  readonly at: Position;
  readonly path: string;
  readonly required: boolean;
}

/** Throws `ComposeFileError` for references to services that are not there, and for circles among them. */
export function checkDependencies(services: Mapping): void {
  const edges = new Map<string, readonly string[]>();
  const references = new Map<string, readonly Reference[]>();
  for (const [name, { value }] of services.entries) {
    const found = [...declared(name, value), ...implied(name, value)];
    for (const { name: other, at, path, required } of found) {
      if (required && !services.entries.has(other)) {
        failAt(at, path, `depends on undefined service ${quoted(other)}${suggestion(other, services.entries.keys())}`);
      }
    }
    references.set(name, found);
    edges.set(
      name,
      found.map((reference) => reference.name),
    );
  }
  const circle = findCircle(edges);
  const [from = "", to = ""] = circle ?? [];
  const closing = references.get(from)?.find(({ name }) => name === to);
  if (circle !== undefined && closing !== undefined)
    failAt(closing.at, closing.path, `is a dependency circle: ${circle.join(" -> ")}`);
}

function declared(service: string, value: Node): readonly Reference[] {
  const dependencies = attribute(value, "depends_on");
  if (dependencies?.kind !== "map") return [];
  return [...dependencies.entries].map(([name, { key, value: dependency }]) => {
    const path = `services.${service}.depends_on.${name}`;
    if (attribute(dependency, "condition") === undefined && dependency.tag === undefined)
      failAt(key, path, "needs a condition");
    const required = attribute(dependency, "required");
    return { name, at: key, path, required: required?.kind !== "scalar" || required.value !== false };
  });
}

function implied(service: string, value: Node): readonly Reference[] {
  const path = `services.${service}`;
  const found: Reference[] = [];
  const add = (name: string, node: Node, attributePath: string): void => {
    found.push({ name, at: node.at, path: `${path}.${attributePath}`, required: true });
  };
  for (const name of ["network_mode", "ipc", "pid", "uts"]) {
    const mode = attribute(value, name);
    const written = mode?.kind === "scalar" ? String(mode.value) : "";
    if (mode !== undefined && written.startsWith("service:")) add(written.slice("service:".length), mode, name);
  }
  for (const list of ["links", "volumes_from"]) {
    const items = attribute(value, list);
    if (items?.kind !== "list") continue;
    items.items.forEach((item, index) => {
      const written = item.kind === "scalar" ? String(item.value) : "";
      if (!written.startsWith("container:")) add(written.split(":")[0] ?? "", item, `${list}[${index}]`);
    });
  }
  return found;
}
