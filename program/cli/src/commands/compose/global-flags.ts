/** The flags before the verb: which project is meant, and how output looks. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type FlagTable, type ParsedFlags, parseFlags, UsageError } from "../../docker-client/parse-flags.ts";
import { type Flag, list, on, refuse, silent, value } from "./flag-table.ts";

/** What the flags before the verb say, with the environment behind them. */
export interface GlobalOptions {
  /** Empty: searched from the directory upwards. */
  readonly files: readonly string[];
  readonly projectName: string | undefined;
  readonly projectDirectory: string | undefined;
  /** Empty: `COMPOSE_ENV_FILES`, or `.env`. */
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  readonly ansi: "never" | "always" | "auto";
  readonly progress: "auto" | "tty" | "plain" | "json" | "quiet";
  /** How many requests at a time; undefined for no limit. */
  readonly parallel: number | undefined;
  readonly allResources: boolean;
  readonly dryRun: boolean;
}

/** Their table. */
export const GLOBAL_FLAGS: Readonly<Record<string, Flag>> = {
  "all-resources": on("keep networks, volumes and the like that no service uses"),
  ansi: value("string", 'when to use colours and move the cursor: "never", "always" or "auto"'),
  compatibility: silent("switch"),
  "dry-run": on("say what would be done, and do nothing"),
  "env-file": list("FILE", "read variables from this file, and not from .env"),
  file: list("FILE", "a Compose file; the later of several add to the earlier", "f"),
  "no-ansi": silent("switch"),
  parallel: value("int", "how many requests at a time; -1 for all"),
  profile: list("NAME", "enable the services of a profile"),
  progress: value("string", "how progress is shown: auto, tty, plain, json or quiet"),
  "project-directory": value("DIR", "what relative paths mean (default: where the first file is)"),
  "project-name": value("NAME", "the name of the project", "p"),
  verbose: silent("switch"),
  version: silent("switch", "v"),
  workdir: silent("value"),
  help: silent("switch", "h"),
};

const TABLE: FlagTable = {
  usage: "skiff compose [OPTIONS] COMMAND",
  flags: Object.fromEntries(Object.entries(GLOBAL_FLAGS).map(([name, { kind }]) => [name, kind])),
  short: { f: "file", p: "project-name", v: "version", h: "help" },
};

/** The flags before the verb; what is left begins with the verb. Throws UsageError. */
export function parseGlobalFlags(args: readonly string[]): ParsedFlags {
  return parseFlags(args, TABLE);
}

/** What they mean. A flag wins over its variable. Throws UsageError. */
export function globalOptions(flags: ParsedFlags, env: NodeJS.ProcessEnv): GlobalOptions {
  refuse(flags, ["compatibility"]);
  const ansi = flags.has("no-ansi") ? "never" : (flags.value("ansi") ?? env.COMPOSE_ANSI ?? "auto");
  const progress = flags.value("progress") ?? (env.COMPOSE_PROGRESS || "auto");
  return {
    files: flags.list("file"),
    projectName: flags.value("project-name"),
    projectDirectory: flags.value("project-directory") ?? flags.value("workdir"),
    envFiles: flags.list("env-file").map((file) => resolve(file.replace(/^~(?=\/)/, homedir()))),
    profiles: flags.list("profile"),
    ansi: oneOf("--ansi", ansi, ["never", "always", "auto"]),
    progress: oneOf("--progress", progress === "none" ? "quiet" : progress, ["auto", "tty", "plain", "json", "quiet"]),
    parallel: limit(flags.value("parallel"), env.COMPOSE_PARALLEL_LIMIT),
    allResources: flags.has("all-resources"),
    dryRun: flags.has("dry-run"),
  };
}

/** Whether a variable says yes, as Compose reads it. */
export const isTrue = (text: string | undefined): boolean => /^(1|t|true|y|yes|on)$/i.test(text ?? "");

/** Where `docker` keeps its settings. */
export const dockerConfigDirectory = (env: NodeJS.ProcessEnv): string =>
  env.DOCKER_CONFIG ?? join(homedir(), ".docker");

function oneOf<T extends string>(flag: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === given);
  if (found === undefined) throw new UsageError(`unsupported ${flag} value ${JSON.stringify(given)}`);
  return found;
}

function limit(flag: string | undefined, variable: string | undefined): number | undefined {
  const text = flag ?? variable;
  if (text === undefined || text === "") return undefined;
  const count = Number(text);
  const name = flag === undefined ? "COMPOSE_PARALLEL_LIMIT" : "--parallel";
  if (!Number.isInteger(count)) throw new UsageError(`${name} must be an integer (found: ${JSON.stringify(text)})`);
  return count > 0 ? count : undefined;
}
