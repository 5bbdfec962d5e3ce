/** Whether a program that is run gets a terminal. */
import type { ParsedFlags } from "../../docker-client/parse-flags.ts";

/** What a program gets. */
export interface TerminalChoice {
  readonly tty: boolean;
  readonly interactive: boolean;
  /** Rows and columns, where there are any. */
  readonly size: readonly [number, number] | undefined;
}

/** One where this process has one, unless `-T`; input unless `--interactive=false`. Throws where the output is a terminal and the input is none. */
export function terminalChoice(flags: ParsedFlags): TerminalChoice {
  const interactive = !flags.given("interactive") || flags.has("interactive");
  const refused = flags.has("no-tty") || (flags.given("tty") && !flags.has("tty"));
  const tty = !refused && process.stdout.isTTY === true;
  if (tty && interactive && !process.stdin.isTTY && !flags.has("detach"))
    throw new Error("the input device is not a TTY");
  return { tty, interactive, size: tty ? [process.stdout.rows, process.stdout.columns] : undefined };
}
