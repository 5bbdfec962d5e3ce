/** The first questions about a project: where it is, which files it has, and what its variables are. */
import { dirname, join, resolve } from "node:path";
import { readEnvironmentFiles } from "./environment-files.ts";
import type { FileSession } from "./file-session.ts";
import { findFiles } from "./find-files.ts";
import type { LoadOptions } from "./load-options.ts";

/** What is known of a project before its files are read. */
export interface SettledProject {
  /** Absolute, or `-`. */
  readonly files: readonly string[];
  /** The project directory, absolute. */
  readonly directory: string;
  /** The caller's variables over those of the `.env` files. */
  readonly environment: Readonly<Record<string, string>>;
  /** The files of variables that the caller named, absolute. */
  readonly environmentFiles: readonly string[];
}

/**
 * Finds the project that the options describe. The `.env` beside the caller may name the files (`COMPOSE_FILE`), and the one
 * of the project directory adds what is still missing. Throws `ComposeFileError` when there are no files, or no such `.env`.
 */
export async function settle(
  { files: named, workingDirectory, environment: own, projectDirectory, envFiles = [] }: LoadOptions,
  session: FileSession,
): Promise<SettledProject> {
  const callers = Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const asked =
    envFiles.length > 0 ? envFiles : (callers.COMPOSE_ENV_FILES ?? "").split(",").filter((file) => file !== "");
  const explicit = asked.map((file) => resolve(workingDirectory, file));
  const isOff = /^(?:1|t|true)$/i.test(callers.COMPOSE_DISABLE_ENV_FILE ?? "");
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
  const start = given ?? directoryOf(named, workingDirectory) ?? workingDirectory;
  const first = await withFiles(callers, start);
  const { files, warnings } = findFiles(named, named.length === 0 ? start : workingDirectory, first);
  for (const warning of warnings) session.warnings.add(warning);
  const directory = given ?? directoryOf(files, workingDirectory) ?? workingDirectory;
  const environment = directory === start ? first : await withFiles(first, directory);
  return { files, directory, environment, environmentFiles: explicit };
}

function directoryOf(files: readonly string[], workingDirectory: string): string | undefined {
  const file = files.find((candidate) => candidate !== "-");
  return file === undefined ? undefined : dirname(resolve(workingDirectory, file));
}
