/** Flags of the container commands, as Docker writes them: `-it`, `-e X=1`, `--name=x`, up to the first operand. */

/** A flag: whether it takes a value, may come several times, or is a switch. */
export type FlagKind = "switch" | "value" | "list";

/** What a command knows: long names to their kind, and one-letter names to long ones. */
export interface FlagTable {
  readonly flags: Readonly<Record<string, FlagKind>>;
  readonly short: Readonly<Record<string, string>>;
  /** First line of the help. */
  readonly usage: string;
  /** Whether flags may follow operands; a command to run is left alone where they may not. */
  readonly interspersed?: boolean;
}

/** What was given. */
export interface ParsedFlags {
  has(name: string): boolean;
  value(name: string): string | undefined;
  list(name: string): readonly string[];
  readonly operands: readonly string[];
}

/** The command line cannot be understood; the message says why, and `usage` how it is meant. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Parses a command line. Throws UsageError. */
export function parseFlags(args: readonly string[], table: FlagTable): ParsedFlags {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const rest = [...args];
  const add = (name: string, value: string) => given.set(name, [...(given.get(name) ?? []), value]);
  const next = (name: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new UsageError(`flag needs an argument: ${name}\n\nUsage: ${table.usage}`);
    return value;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      operands.push(...rest.splice(0));
    } else if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = arg.slice(2, equals < 0 ? undefined : equals);
      const kind = kindOf(table, name, arg);
      if (kind === "switch") add(name, equals < 0 ? "true" : arg.slice(equals + 1));
      else add(name, equals < 0 ? next(arg) : arg.slice(equals + 1));
    } else if (arg.startsWith("-") && arg !== "-") {
      for (let at = 1; at < arg.length; at++) {
        const name = table.short[arg[at] ?? ""] ?? "";
        if (kindOf(table, name, arg) === "switch") {
          add(name, "true");
          continue;
        }
        const attached = arg.slice(at + 1).replace(/^=/, "");
        add(name, attached === "" ? next(arg) : attached);
        break;
      }
    } else {
      operands.push(arg);
      if (!table.interspersed) operands.push(...rest.splice(0));
    }
  }
  return {
    has: (name) => (given.get(name)?.at(-1) ?? "false") !== "false",
    value: (name) => given.get(name)?.at(-1),
    list: (name) => given.get(name) ?? [],
    operands,
  };
}

/** The help of a command: its usage and its flags. */
export function helpText({ usage, flags, short }: FlagTable): string {
  const letters = new Map(Object.entries(short).map(([letter, name]) => [name, letter]));
  const lines = Object.entries(flags).map(([name, kind]) => {
    const letter = letters.get(name);
    return `  ${letter === undefined ? "   " : `-${letter},`} --${name}${kind === "switch" ? "" : " VALUE"}`;
  });
  return `Usage: ${usage}\n\nOptions:\n${lines.join("\n")}\n`;
}

function kindOf(table: FlagTable, name: string, written: string): FlagKind {
  const kind = Object.hasOwn(table.flags, name) ? table.flags[name] : undefined;
  if (kind === undefined) throw new UsageError(`unknown flag: ${written}\n\nUsage: ${table.usage}`);
  return kind;
}
