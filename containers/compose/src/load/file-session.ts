/** What the files of one load share. */
import { relative } from "node:path";
import { ComposeFileError } from "./compose-file-error.ts";
import type { Variables } from "./interpolate.ts";
import { interpolateNode } from "./interpolate-node.ts";
import type { LoadOptions } from "./load-options.ts";
import type { Node } from "./node.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readText } from "./read-text.ts";
import type { Reading } from "./shapes/shape.ts";
import { failAt, type Position, type Source } from "./source.ts";

/** One load: what it may read and what it was told. Environments differ between included projects, the rest is common. */
export interface FileSession {
  /** The caller's directory: names of files in messages are relative to it. */
  readonly workingDirectory: string;
  readonly readInput: (() => Promise<string>) | undefined;
  readonly interpolate: boolean;
  readonly home: string | undefined;
  /** What people should be told, each once. */
  readonly warnings: Set<string>;
  /** Files that were read, each as often as it was. */
  readonly read: string[];
  /** Variables of included projects that their secrets and configs are made from. */
  readonly includedValues: Record<string, string>;
  /** How many ports may still come. */
  readonly ports: { left: number };
}

/** Files can include one another twice, and each of those twice: this is where it ends. */
const MOST_FILES = 1000;
const MOST_PORTS = 200_000;

/** The session of the load that `options` describe. */
export function newSession({ workingDirectory, readInput, interpolate, environment }: LoadOptions): FileSession {
  return {
    workingDirectory,
    readInput,
    interpolate: interpolate ?? true,
    home: environment.HOME,
    warnings: new Set(),
    read: [],
    includedValues: {},
    ports: { left: MOST_PORTS },
  };
}

/** A file or several that stand for one project: where its paths start and what its variables are. */
export interface FileScope {
  readonly session: FileSession;
  readonly environment: Readonly<Record<string, string>>;
  /** The project directory. */
  readonly baseDirectory: string;
  readonly resolvePaths: boolean;
}

/** What a person calls the file. */
export function displayName(session: FileSession, path: string): string {
  if (path === "-") return "standard input";
  const name = relative(session.workingDirectory, path);
  return name === "" || name.startsWith("../") ? path : name;
}

/** What names a file in another one. */
export interface FileReference {
  readonly at: Position;
  readonly path: string;
}

/** Reads a file, or standard input. Throws `ComposeFileError` when there is none, at the `reference` that names it. */
async function readSource(session: FileSession, path: string, reference?: FileReference): Promise<Source> {
  const name = displayName(session, path);
  session.read.push(path);
  if (session.read.length > MOST_FILES)
    throw new ComposeFileError(`more than ${MOST_FILES} files are read`, { file: name });
  if (path === "-") {
    if (session.readInput === undefined) throw new ComposeFileError("standard input cannot be read here");
    return { name, path, text: await session.readInput() };
  }
  try {
    return { name, path, text: await readText(path) };
  } catch (error) {
    if (reference !== undefined)
      return failAt(reference.at, reference.path, `${name} cannot be read: ${reasonOf(error)}`);
    throw new ComposeFileError(`cannot be read: ${reasonOf(error)}`, { file: name }, { cause: error });
  }
}

/** Reads and parses a file; its documents, not interpolated. */
export async function readDocuments(
  session: FileSession,
  path: string,
  reference?: FileReference,
): Promise<readonly Node[]> {
  return parseYaml(await readSource(session, path, reference));
}

/** Replaces the variables of a document, if this load does. */
export function interpolated(document: Node, { session, environment }: FileScope): Node {
  return session.interpolate ? interpolateNode(document, variables(session, environment)) : document;
}

/** Variables of `environment`; each that is missing is warned of once. */
export function variables(session: FileSession, environment: Readonly<Record<string, string>>): Variables {
  return {
    get: (name) => environment[name],
    missing: (name) => {
      session.warnings.add(`The ${JSON.stringify(name)} variable is not set. Defaulting to a blank string.`);
    },
  };
}

/** How a file of a scope is read: over what an earlier one says, or as the first. */
export function readingOf({ session, baseDirectory, resolvePaths }: FileScope, isOverride: boolean): Reading {
  return {
    baseDirectory,
    resolvePaths,
    interpolated: session.interpolate,
    home: session.home,
    isOverride,
    ports: session.ports,
    warn: (message) => session.warnings.add(message),
  };
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
