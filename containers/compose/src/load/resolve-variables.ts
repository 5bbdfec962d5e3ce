/** Variables that a service names without a value. */
import { attribute, type Entry, type Mapping, type Node, scalar, withEntries } from "./node.ts";

/**
 * Gives `model` with the variables and build arguments of its services that have no value taken from `environment`, where
 * they are set there. An included project's own environment is gone once the including one is complete.
 */
export function resolveVariables(model: Mapping, environment: Readonly<Record<string, string>>): Mapping {
  return changed(model, "services", (services) =>
    withEntries(
      services,
      new Map(
        [...services.entries].map(([name, entry]) => {
          if (entry.value.kind !== "map") return [name, entry];
          const own = changed(entry.value, "environment", (values) => filled(values, environment));
          const value = changed(own, "build", (build) =>
            changed(build, "args", (values) => filled(values, environment)),
          );
          return [name, { ...entry, value }];
        }),
      ),
    ),
  );
}

/** `node` with an attribute changed, if that is a mapping. */
function changed(node: Mapping, name: string, change: (value: Mapping) => Mapping): Mapping {
  const value: Node | undefined = attribute(node, name);
  if (value?.kind !== "map") return node;
  const key = node.entries.get(name)?.key ?? value.at;
  return withEntries(node, new Map([...node.entries, [name, { key, value: change(value) }]]));
}

function filled(values: Mapping, environment: Readonly<Record<string, string>>): Mapping {
  const entries = new Map<string, Entry>();
  for (const [name, entry] of values.entries) {
    const isUnset = entry.value.kind === "scalar" && entry.value.value === null;
    const found = environment[name];
    entries.set(name, isUnset && found !== undefined ? { ...entry, value: scalar(found, entry.value) } : entry);
  }
  return withEntries(values, entries);
}
