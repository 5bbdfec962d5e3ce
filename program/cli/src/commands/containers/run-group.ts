/** `skiff container`, `skiff image` and so on: a verb of a group. */
import type { CommandEntry } from "../../command.ts";

/** Runs the verb that `args` begin with; lists the group's verbs where there is none. Gives the exit code. */
export async function runGroup(
  group: string,
  entries: readonly CommandEntry[],
  [name, ...args]: readonly string[],
): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") {
    const lines = entries.map((entry) => `  ${entry.name.padEnd(12)}${entry.summary}\n`);
    process.stdout.write(
      `Usage:  skiff ${group} COMMAND\n\nCommands:\n${lines.join("")}\nRun 'skiff ${group} COMMAND --help' for more information on a command.\n`,
    );
    return 0;
  }
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry) return entry.run(args);
  process.stderr.write(
    `skiff: unknown command: skiff ${group} ${name}\n\nUsage:  skiff ${group}\n\nRun 'skiff ${group} --help' for more information\n`,
  );
  return 1;
}
