/** What `--help` of a container command prints. */
import { flagMeanings } from "./flag-meanings.ts";
import type { FlagTable } from "./parse-flags.ts";

/** The help of a command: its usage, what it does, and its flags. */
export function helpText({ usage, about, flags, short }: FlagTable): string {
  const letters = new Map(Object.entries(short).map(([letter, name]) => [name, letter]));
  const rows = Object.entries(flags)
    .filter(([name]) => name !== "help")
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, kind]) => {
      const letter = letters.get(name);
      const type = kind === "switch" ? "" : ` ${kind === "value" ? "string" : kind}`;
      return [`  ${letter === undefined ? "   " : `-${letter},`} --${name}${type}`, flagMeanings[name] ?? ""] as const;
    });
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 3;
  const lines = rows.map(([left, meaning]) => `${left.padEnd(width)}${meaning}`.trimEnd());
  const options = lines.length === 0 ? "" : `\nOptions:\n${lines.join("\n")}\n`;
  return `Usage:  ${usage}\n${about === undefined ? "" : `\n${about}\n`}${options}`;
}
