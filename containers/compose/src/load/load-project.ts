/** From Compose files to a project. */
import { dirname, join, resolve } from "node:path";
import type { Project } from "../model.ts";
import { buildProject } from "./build-project.ts";
import { checkProject } from "./check/check-project.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { readEnvironmentFiles } from "./environment-files.ts";
import { type FileScope, type FileSession, variables } from "./file-session.ts";
import { findFiles } from "./find-files.ts";
import { interpolate } from "./interpolate.ts";
import { loadFiles, type ParsedFile, parseFiles } from "./load-files.ts";
import type { LoadOptions } from "./load-options.ts";
import { attribute, type Node } from "./node.ts";
import { askedProfiles } from "./profiles.ts";
import { projectName } from "./project-name.ts";
import { placeOf } from "./source.ts";

/**
 * Loads the project that `options` describe: finds its files and its `.env`, names it, reads and merges the files, checks the
 * whole and resolves it. Throws `ComposeFileError` with the place of what is wrong; what is merely worth a word is in `warnings`.
 */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const session: FileSession = {
    workingDirectory: options.workingDirectory,
    readInput: options.readInput,
    interpolate: options.interpolate ?? true,
    home: options.environment.HOME,
    warnings: new Set(),
  };
  const { files, directory, environment } = await settle(options, session);
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
  if (model?.kind !== "map") throw new ComposeFileError("empty compose file", { file: parsed[0]?.path ?? "" });
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
    scope: named,
    profiles: askedProfiles(options.profiles ?? [], environment),
    options,
  });
}

/** Where the project is, and its variables: the caller's, then those of `.env` files, which may themselves name the files. */
async function settle(
  { files: named, workingDirectory, environment: own, projectDirectory, envFiles = [] }: LoadOptions,
  session: FileSession,
): Promise<{ files: readonly string[]; directory: string; environment: Readonly<Record<string, string>> }> {
  const start = Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const asked =
    envFiles.length > 0 ? envFiles : (start.COMPOSE_ENV_FILES ?? "").split(",").filter((file) => file !== "");
  const explicit = asked.map((file) => resolve(workingDirectory, file));
  const isOff = /^(?:1|t|true)$/i.test(start.COMPOSE_DISABLE_ENV_FILE ?? "");
  const withFiles = (
    environment: Readonly<Record<string, string>>,
    directory: string,
  ): Promise<Readonly<Record<string, string>>> => {
    if (explicit.length > 0) return readEnvironmentFiles(explicit, { session, environment }, { required: true });
    return isOff
      ? Promise.resolve(environment)
      : readEnvironmentFiles([join(directory, ".env")], { session, environment }, { required: false });
  };
  const given = projectDirectory === undefined ? undefined : resolve(workingDirectory, projectDirectory);
  const first = await withFiles(start, given ?? directoryOf(named, workingDirectory) ?? workingDirectory);
  const { files, warnings } = findFiles(
    named,
    given !== undefined && named.length === 0 ? given : workingDirectory,
    first,
  );
  for (const warning of warnings) session.warnings.add(warning);
  const directory = given ?? directoryOf(files, workingDirectory) ?? workingDirectory;
  return { files, directory, environment: await withFiles(first, directory) };
}

function directoryOf(files: readonly string[], workingDirectory: string): string | undefined {
  const file = files.find((candidate) => candidate !== "-");
  return file === undefined ? undefined : dirname(resolve(workingDirectory, file));
}

/** The last file's `name` that has one. It is needed before the files are read: they may use it as a variable. */
function writtenName(files: readonly ParsedFile[], { session, environment }: FileScope): string | undefined {
  const names = files.flatMap(({ documents }) => documents.flatMap((document) => attribute(document, "name") ?? []));
  const node: Node | undefined = names.at(-1);
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  const name = interpolate(String(node.value), variables(session, environment));
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new ComposeFileError(
    `${JSON.stringify(name)} is no project name: use lower-case letters, digits, dashes and underscores`,
    placeOf(node.at, "name"),
  );
}
