/** Flags of `skiff compose` with what they mean: the table that the parser reads, and the help made from it. */
import { type FlagKind, type FlagTable, type ParsedFlags, UsageError } from "../../docker-client/parse-flags.ts";

/** One flag. */
export interface Flag {
  readonly kind: FlagKind;
  /** What it does, for the help. Absent: the help leaves it out. */
  readonly about?: string | undefined;
  /** One letter. */
  readonly short?: string | undefined;
  /** What stands for its value in the help: "int", "string". */
  readonly placeholder?: string | undefined;
}

/** The flags of a verb, with what its help says of them. */
export interface VerbTable extends FlagTable {
  readonly described: Readonly<Record<string, Flag>>;
}

/** A flag that is on or off. */
export const on = (about: string, short?: string): Flag => ({ kind: "switch", about, short });

/** A flag whose value is a whole number. */
export const int = (about: string, short?: string): Flag => ({ kind: "int", about, short, placeholder: "int" });

/** A flag with a value; the last one given counts. */
export const value = (placeholder: string, about: string, short?: string): Flag => ({
  kind: "value",
  about,
  short,
  placeholder,
});

/** A flag that may come several times. */
export const list = (placeholder: string, about: string, short?: string): Flag => ({
  kind: "list",
  about,
  short,
  placeholder,
});

/** Throws for the first of `names` that is given: known to `docker compose`, and nothing here does it. */
export function refuse(flags: ParsedFlags, names: readonly string[]): void {
  const given = names.find((name) => flags.given(name));
  if (given !== undefined) throw new UsageError(`--${given} is not supported`);
}

/** Throws for the first pair of flags that is given, both of it: they contradict each other. */
export function refuseTogether(flags: ParsedFlags, pairs: readonly (readonly [string, string])[]): void {
  const isGiven = (name: string): boolean => flags.has(name) || (flags.given(name) && flags.value(name) !== "false");
  const given = pairs.find((pair) => pair.every(isGiven));
  if (given !== undefined) throw new UsageError(`--${given[0]} and --${given[1]} are incompatible`);
}

/** A flag that is understood but not told of: an old name. */
export const silent = (kind: FlagKind, short?: string): Flag => ({ kind, short });

const EVERYWHERE: Readonly<Record<string, Flag>> = {
  "dry-run": on("say what would be done, and do nothing"),
  help: { kind: "switch", short: "h" },
};

/** The table of a verb. `usage` comes after `skiff compose`; a command to run follows its flags where `command` is set; `aliases` are other names of flags. */
export function verbTable(
  usage: string,
  flags: Readonly<Record<string, Flag>>,
  {
    command = false,
    aliases = {},
  }: { readonly command?: boolean; readonly aliases?: Readonly<Record<string, string>> } = {},
): VerbTable {
  const described = { ...flags, ...EVERYWHERE };
  const entries = Object.entries(described);
  return {
    usage: `skiff compose ${usage}`,
    described,
    interspersed: !command,
    aliases,
    flags: Object.fromEntries(entries.map(([name, { kind }]) => [name, kind])),
    short: Object.fromEntries(
      entries.flatMap(([name, { short }]) => (short === undefined ? [] : ([[short, name]] as const))),
    ),
  };
}

/** The help of a verb. */
export function verbHelp({ usage, described }: VerbTable, summary: string): string {
  const lines = flagLines(described);
  return `Usage:  ${usage}\n\n${summary}\n${lines.length === 0 ? "" : `\nOptions:\n${lines.join("\n")}\n`}`;
}

/** A line for each flag that has something to say, by name. */
export function flagLines(flags: Readonly<Record<string, Flag>>): string[] {
  const rows = Object.entries(flags)
    .filter((entry): entry is [string, Flag & { readonly about: string }] => entry[1].about !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { about, short, placeholder }]) => ({
      left: `  ${short === undefined ? "   " : `-${short},`} --${name}${placeholder === undefined ? "" : ` ${placeholder}`}`,
      about,
    }));
  const width = Math.max(0, ...rows.map(({ left }) => left.length));
  return rows.map(({ left, about }) => `${left.padEnd(width)}   ${about}`);
}
