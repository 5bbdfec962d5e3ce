/** Which files a project is made of. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ComposeFileError } from "./compose-file-error.ts";

const NAMES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

/** Files of a project, absolute or `-`. */
export interface FoundFiles {
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Gives the files that are named, by the caller or else by `COMPOSE_FILE` (separated by `COMPOSE_PATH_SEPARATOR` or ":"), or
 * else the first of the usual names in `directory` or the nearest directory above it, with its override file. Throws
 * `ComposeFileError` when there is none.
 */
export function findFiles(
  named: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): FoundFiles {
  if (named.length > 0)
    return { files: named.map((file) => (file === "-" ? file : resolve(directory, file))), warnings: [] };
  const fromEnvironment = environment.COMPOSE_FILE;
  if (fromEnvironment !== undefined && fromEnvironment !== "") {
    const separator = environment.COMPOSE_PATH_SEPARATOR || ":";
    return {
      files: fromEnvironment.split(separator).map((file) => (file === "-" ? file : resolve(directory, file))),
      warnings: [],
    };
  }
  for (let at = directory; ; at = dirname(at)) {
    const [file, ...others] = present(at, NAMES);
    if (file !== undefined) {
      const [override, ...more] = present(at, OVERRIDES);
      return {
        files: override === undefined ? [file] : [file, override],
        warnings: [
          ...choice("config", file, others),
          ...(override === undefined ? [] : choice("override", override, more)),
        ],
      };
    }
    if (dirname(at) === at) break;
  }
  throw new ComposeFileError(
    `no configuration file provided: not found: there is no ${NAMES[0]} in ${directory} or above it`,
  );
}

function present(directory: string, names: readonly string[]): string[] {
  return names.map((name) => join(directory, name)).filter((path) => existsSync(path));
}

function choice(kind: string, used: string, others: readonly string[]): readonly string[] {
  if (others.length === 0) return [];
  return [`Found multiple ${kind} files with supported names: ${[used, ...others].join(", ")}`, `Using ${used}`];
}
