/** What the container commands have in common: flags, help, and errors as the docker CLI answers them. */
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import { type FlagTable, type ParsedFlags, parseFlags, UsageError } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";

/** A command's run: takes what follows its name, gives the exit code. */
export type Verb = (args: readonly string[]) => Promise<number>;

/** What a verb works with. */
export interface VerbCall {
  readonly flags: ParsedFlags;
  readonly client: DockerClient;
}

/** Ends a verb with an exit code of its own. Nothing is printed where the message is empty. */
export class VerbFailure extends Error {
  override readonly name = "VerbFailure";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Makes a verb. What `action` gives is the exit code, 0 if nothing. A command line that cannot be read ends with 125, a wrong number of
 * operands and what the API refuses with 1; the reason is on standard error.
 */
export function verb(table: FlagTable, action: (call: VerbCall) => Promise<number | undefined>): Verb {
  return async (args) => {
    if (asksForHelp(args, table)) {
      const { helpText } = await import("../../docker-client/help-text.ts");
      process.stdout.write(helpText(table));
      return 0;
    }
    try {
      const flags = parseFlags(args, table);
      const wrong = wrongCount(flags.operands.length, table);
      if (wrong !== undefined) return fail(wrong, 1);
      const running = action({ flags, client: connect() });
      // After the first request has gone out: the stream takes a moment to load.
      setImmediate(() => process.stdout.on("error", endQuietly));
      return (await running) ?? 0;
    } catch (error) {
      if (error instanceof UsageError)
        return fail(
          `${error.message}\n\nUsage:  ${table.usage}\n\nRun '${commandOf(table)} --help' for more information`,
          125,
        );
      if (error instanceof VerbFailure) return fail(error.message, error.exitCode);
      if (error instanceof Error && !process.env.SKIFF_DEBUG) return fail(messageOf(error), 1);
      throw error;
    }
  };
}

/** What is said of an error: the API's are marked as such. */
export function messageOf(error: unknown): string {
  if (error instanceof DockerApiError) return `Error response from daemon: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** The words before the options: "skiff volume ls". */
export function commandOf({ usage }: FlagTable): string {
  return /^[a-z]+(?: [a-z]+)*/.exec(usage)?.[0] ?? "skiff";
}

// Whoever read the output wants no more of it, as with `skiff ps | head -1`.
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(128 + 13);
  throw error;
}

function fail(message: string, code: number): number {
  if (message !== "") process.stderr.write(`${message}\n`);
  return code;
}

// Behind the first operand `--help` may be the container's; behind `--` it always is.
function asksForHelp(args: readonly string[], table: FlagTable): boolean {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--help" || (arg === "-h" && table.short.h === undefined)) return true;
    if (arg === "--" || (!arg.startsWith("-") && !table.interspersed)) return false;
    const name = arg.startsWith("--") ? arg.slice(2) : (table.short[arg.at(-1) ?? ""] ?? "");
    if (arg.startsWith("-") && !arg.includes("=") && (table.flags[name] ?? "switch") !== "switch") at++;
  }
  return false;
}

function wrongCount(count: number, table: FlagTable): string | undefined {
  const { min, max = Number.POSITIVE_INFINITY } = table.operands ?? { min: 0 };
  if (count >= min && count <= max) return undefined;
  const plural = (n: number) => `${n} argument${n === 1 ? "" : "s"}`;
  const needs =
    max === 0
      ? "accepts no arguments"
      : min === max
        ? `requires ${plural(min)}`
        : count < min
          ? `requires at least ${plural(min)}`
          : `requires at most ${plural(max)}`;
  const name = commandOf(table);
  return `skiff: '${name}' ${needs}\n\nUsage:  ${table.usage}\n\nRun '${name} --help' for more information`;
}
