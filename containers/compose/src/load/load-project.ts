/** From Compose files to a project. */
import type { Project } from "../model.ts";
import { buildProject } from "./build-project.ts";
import { checkProject } from "./check/check-project.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { displayName, type FileScope, newSession, variables } from "./file-session.ts";
import { interpolateNode } from "./interpolate-node.ts";
import { loadFiles, type ParsedFile, parseFiles } from "./load-files.ts";
import type { LoadOptions } from "./load-options.ts";
import { attribute, type Node } from "./node.ts";
import { askedProfiles } from "./profiles.ts";
import { projectName } from "./project-name.ts";
import { quoted } from "./quoted.ts";
import { settle } from "./settle-project.ts";
import { NAME_RULE } from "./shapes/project-shape.ts";
import { placeOf } from "./source.ts";

/**
 * Loads the project that `options` describe: finds its files and its `.env`, names it, reads and merges the files, checks the
 * whole and resolves it. Throws `ComposeFileError` with the place of what is wrong; what is merely worth a word is in `warnings`.
 */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const session = newSession(options);
  const { files, directory, environment, environmentFiles } = await settle(options, session);
  const scope: FileScope = {
    session,
    environment,
    baseDirectory: directory,
    resolvePaths: options.resolvePaths ?? true,
  };
  const parsed = await parseFiles(files, scope);
  const name = projectName({
    asked: options.projectName || environment.COMPOSE_PROJECT_NAME,
    written: writtenName(parsed, scope),
    directory,
  });
  const named: FileScope = { ...scope, environment: { ...environment, COMPOSE_PROJECT_NAME: name } };
  const model = await loadFiles(parsed, named, []);
  if (model?.kind !== "map")
    throw new ComposeFileError("empty compose file", { file: displayName(session, parsed[0]?.path ?? "-") });
  const version = attribute(model, "version");
  if (version !== undefined) {
    session.warnings.add(
      `${version.at.source.name}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
    );
  }
  if (options.consistency !== false) checkProject(model);
  return buildProject(model, {
    name,
    directory,
    files,
    environmentFiles,
    scope: named,
    profiles: askedProfiles(options.profiles ?? [], environment),
    options,
  });
}

/** The last file's `name` that has one. It is needed before the files are read: they may use it as a variable. */
function writtenName(files: readonly ParsedFile[], { session, environment }: FileScope): string | undefined {
  const names = files.flatMap(({ documents }) => documents.flatMap((document) => attribute(document, "name") ?? []));
  const node: Node | undefined = names.at(-1);
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  const read = interpolateNode({ ...node, value: String(node.value) }, variables(session, environment), "name");
  const name = read.kind === "scalar" ? String(read.value) : "";
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new ComposeFileError(`${quoted(name)} is no project name: ${NAME_RULE}`, placeOf(node.at, "name"));
}
