/** `skiff compose`: projects of Compose files, with the verbs, flags and exit codes of `docker compose`. */
import { type ParsedFlags, parseFlags, UsageError } from "../../docker-client/parse-flags.ts";
import { verbHelp } from "./flag-table.ts";
import { type GlobalOptions, globalOptions, parseGlobalFlags } from "./global-flags.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { makeCall } from "./make-call.ts";
import { overview } from "./overview.ts";
import type { Verb, VerbEntry } from "./verb.ts";
import { verbs } from "./verbs.ts";

/** The command line cannot be understood. */
const USAGE_CODE = 16;
/** As of a program that SIGPIPE ends. */
const BROKEN_PIPE_CODE = 128 + 13;
/** The user ended it. */
const INTERRUPTED_CODE = 130;

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  return withUsage("skiff compose", () => dispatch(args));
}

/** What is wrong with the command line is told, and where to read on. */
async function withUsage(command: string, action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\nRun '${command} --help' for its options.\n`);
    return USAGE_CODE;
  }
}

async function dispatch(args: readonly string[]): Promise<number> {
  const before = parseGlobalFlags(args);
  const [name, ...rest] = before.has("version") ? ["version"] : before.operands;
  if (name === undefined || name === "help" || before.has("help")) return help(name === "help" ? rest[0] : name);
  const entry = verbs.find((candidate) => candidate.name === name || candidate.aliases?.includes(name));
  if (entry === undefined) {
    process.stderr.write(`unknown command: ${JSON.stringify(`compose ${name}`)}. See 'skiff compose --help'.\n`);
    return USAGE_CODE;
  }
  return withUsage(`skiff compose ${entry.name}`, () => runEntry(entry, before, rest));
}

async function runEntry(entry: VerbEntry, before: ParsedFlags, args: readonly string[]): Promise<number> {
  const verb = await entry.load();
  const flags = parseFlags(args, verb.table);
  if (flags.has("help")) {
    process.stdout.write(verbHelp(verb.table, entry.summary));
    return 0;
  }
  const global = globalOptions(before, process.env);
  const dryRun = global.dryRun || flags.has("dry-run");
  if (dryRun && verb.canRehearse === false) throw new UsageError(`--dry-run is not supported by ${entry.name}`);
  return runVerb(verb, flags, { ...global, dryRun });
}

// Whoever read the output wants no more of it, as with `skiff compose logs | head`.
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(BROKEN_PIPE_CODE);
  throw error;
}

async function help(name: string | undefined): Promise<number> {
  const entry = verbs.find((candidate) => candidate.name === name || candidate.aliases?.includes(name ?? ""));
  process.stdout.write(entry === undefined ? overview(verbs) : verbHelp((await entry.load()).table, entry.summary));
  return 0;
}

async function runVerb(verb: Verb, flags: ParsedFlags, global: GlobalOptions): Promise<number> {
  using interrupts = listenForInterrupts();
  process.stdout.on("error", endQuietly);
  const call = makeCall({ global, flags, env: process.env, interrupts, title: verb.title ?? "Running" });
  try {
    return await verb.run(call);
  } catch (error) {
    call.progress.flush();
    if (interrupts.signal.aborted) return INTERRUPTED_CODE;
    if (error instanceof UsageError || process.env.SKIFF_DEBUG) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const told = global.progress === "json" ? JSON.stringify({ error: true, message }) : message;
    process.stderr.write(`${told}\n`);
    return 1;
  } finally {
    call.progress.flush();
  }
}
