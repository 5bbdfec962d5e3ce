/** `include`: other projects' files, each with a directory and variables of its own, whose services and resources become this one's. */
import { dirname, join, resolve } from "node:path";
import { readEnvironmentFiles } from "./environment-files.ts";
import { displayName, type FileScope } from "./file-session.ts";
import { loadFiles, parseFiles } from "./load-files.ts";
import { attribute, type Entry, type Mapping, type Node, plain, textOf, withEntries } from "./node.ts";
import { resolveVariables } from "./resolve-variables.ts";
import { isRemoteContext } from "./shapes/paths.ts";
import { failAt, placeOf } from "./source.ts";

const SECTIONS = ["services", "networks", "volumes", "secrets", "configs", "models"];

/**
 * Gives `model` with what it includes, and without `include`. `chain` are the main files that lead here. Throws
 * `ComposeFileError` for circles, and for names that are both here and in an included file unless they mean the same.
 */
export async function applyIncludes(model: Node, scope: FileScope, chain: readonly string[]): Promise<Node> {
  const includes = attribute(model, "include");
  if (model.kind !== "map" || includes?.kind !== "list") return model;
  let complete = withEntries(model, new Map([...model.entries].filter(([name]) => name !== "include")));
  for (const [index, item] of includes.items.entries()) {
    const included = await load(item, `include[${index}]`, scope, chain);
    if (included !== undefined) complete = imported(complete, included);
  }
  return complete;
}

async function load(
  item: Node,
  path: string,
  scope: FileScope,
  chain: readonly string[],
): Promise<Mapping | undefined> {
  const written = textsOf(attribute(item, "path"));
  if (written.length === 0) return failAt(item.at, path, "needs the path of a file");
  const remote = written.find((file) => isRemoteContext(file) || file.startsWith("oci:"));
  if (remote !== undefined)
    return failAt(item.at, path, `${JSON.stringify(remote)} is at an address: only files here can be included`);
  const paths = written.map((file) => resolve(scope.baseDirectory, file));
  const [main = ""] = paths;
  if (chain.includes(main)) {
    const circle = [...chain.slice(chain.indexOf(main)), main].map((file) => displayName(scope.session, file));
    return failAt(item.at, path, `is a circle: ${circle.join(" includes ")}`);
  }
  const directory = textOf(item, "project_directory");
  const baseDirectory = directory === undefined ? dirname(main) : resolve(scope.baseDirectory, directory);
  const named = attribute(item, "env_file");
  const files =
    named === undefined
      ? [join(baseDirectory, ".env")]
      : textsOf(named).map((file) => resolve(scope.baseDirectory, file));
  const environment = await readEnvironmentFiles(files, scope, { required: named !== undefined });
  const inner: FileScope = { ...scope, baseDirectory, environment, resolvePaths: true };
  const model = await loadFiles(await parseFiles(paths, inner, { at: item.at, path }), inner, chain);
  if (model?.kind !== "map") return undefined;
  for (const section of ["secrets", "configs"]) keepValues(attribute(model, section), inner);
  return resolveVariables(model, environment);
}

/** Secrets and configs may be variables that only this project's environment has. */
function keepValues(resources: Node | undefined, { session, environment }: FileScope): void {
  if (resources?.kind !== "map") return;
  for (const { value } of resources.entries.values()) {
    const name = textOf(value, "environment");
    const found = name === undefined ? undefined : environment[name];
    if (name !== undefined && found !== undefined) session.includedValues[name] ??= found;
  }
}

function imported(model: Mapping, included: Mapping): Mapping {
  const entries = new Map(model.entries);
  for (const section of SECTIONS) {
    const from = attribute(included, section);
    if (from?.kind !== "map") continue;
    const to = attribute(model, section);
    const all = new Map<string, Entry>(to?.kind === "map" ? to.entries : []);
    for (const [name, entry] of from.entries) {
      const own = all.get(name);
      if (own !== undefined && JSON.stringify(plain(own.value)) !== JSON.stringify(plain(entry.value))) {
        const other = placeOf(entry.key);
        return failAt(
          own.key,
          `${section}.${name}`,
          `is also in the included ${other.file}:${other.line}, and differs`,
        );
      }
      all.set(name, own ?? entry);
    }
    entries.set(section, { key: from.at, value: withEntries(to?.kind === "map" ? to : from, all) });
  }
  return withEntries(model, entries);
}

function textsOf(node: Node | undefined): readonly string[] {
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item) => (item.kind === "scalar" && typeof item.value === "string" ? [item.value] : []));
}
