/** What a subcommand of `skiff` is. */
import type { Command } from "commander";

/** One line of `skiff help`. The module loads only when its command runs: starting must cost nothing that is not used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Commands of machinery, which `skiff help` leaves out. */
  readonly hidden?: boolean;
  /** Gives the exit code. Errors thrown are printed as `skiff <name>: <message>` with exit code 1. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Parses `args` with `command` and runs its action, which gives the exit code. */
export async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  await command.parseAsync(args, { from: "user" });
  return Number(process.exitCode ?? 0);
}
