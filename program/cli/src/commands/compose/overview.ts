/** What `skiff compose --help` says. */
import { flagLines } from "./flag-table.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import type { VerbEntry } from "./verb.ts";

/** The flags before the verb, and the verbs. */
export function overview(verbs: readonly VerbEntry[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`);
  return `Usage:  skiff compose [OPTIONS] COMMAND

Run the projects that Compose files describe

Options:
${flagLines(GLOBAL_FLAGS).join("\n")}

Commands:
${lines.join("\n")}

Run 'skiff compose COMMAND --help' for its options.
`;
}
