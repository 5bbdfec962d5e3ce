/** Flags of the container commands, as Docker writes them: `-it`, `-e X=1`, `--name=x`, up to the first operand. */

/** A flag: a switch, a value that is checked for being a whole number or not, or values that add up. */
export type FlagKind = "switch" | "value" | "int" | "list";

/** What a command knows: long names to their kind, and one-letter names to long ones. */
export interface FlagTable {
  readonly flags: Readonly<Record<string, FlagKind>>;
  readonly short: Readonly<Record<string, string>>;
  /** First line of the help. */
  readonly usage: string;
  /** One sentence for the help. */
  readonly about?: string;
  /** How many operands there must be. Default: any number. */
  readonly operands?: { readonly min: number; readonly max?: number };
  /** Whether flags may follow operands; a command to run is left alone where they may not. */
  readonly interspersed?: boolean;
  /** Other names of flags, taken but not told of. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** What was given. */
export interface ParsedFlags {
  /** Whether a switch is on. */
  has(name: string): boolean;
  /** Whether the flag was there at all, whatever its value. */
  given(name: string): boolean;
  value(name: string): string | undefined;
  /** The value of an `int`. */
  number(name: string): number | undefined;
  list(name: string): readonly string[];
  readonly operands: readonly string[];
}

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** Parses a command line. Throws UsageError, in Docker's words. */
export function parseFlags(args: readonly string[], table: FlagTable): ParsedFlags {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const rest = [...args];
  const add = (name: string, value: string) => {
    check(table, name, value);
    const values = given.get(name);
    if (values) values.push(value);
    else given.set(name, [value]);
  };
  const next = (written: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new UsageError(`flag needs an argument: ${written}`);
    return value;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      operands.push(...rest.splice(0));
    } else if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const written = arg.slice(2, equals < 0 ? undefined : equals);
      const name = table.aliases?.[written] ?? written;
      if (kindOf(table, name, `unknown flag: --${written}`) === "switch")
        add(name, equals < 0 ? "true" : arg.slice(equals + 1));
      else add(name, equals < 0 ? next(arg) : arg.slice(equals + 1));
    } else if (arg.startsWith("-") && arg !== "-") {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at] ?? "";
        const name = table.short[letter] ?? "";
        const isSwitch = kindOf(table, name, `unknown shorthand flag: '${letter}' in -${arg.slice(at)}`) === "switch";
        const attached = arg.slice(at + 1);
        if (isSwitch && !attached.startsWith("=")) {
          add(name, "true");
          continue;
        }
        const value = attached.replace(/^=/, "");
        add(name, attached === "" ? next(`'${letter}' in -${arg.slice(at)}`) : value);
        break;
      }
    } else {
      operands.push(arg);
      if (!table.interspersed) operands.push(...rest.splice(0));
    }
  }
  const value = (name: string) => given.get(name)?.at(-1);
  return {
    has: (name) => TRUE.has(value(name) ?? "false"),
    given: (name) => given.has(name),
    value,
    number: (name) => (given.has(name) ? Number(value(name)) : undefined),
    list: (name) => given.get(name) ?? [],
    operands,
  };
}

/** How the flag is named in errors: `-t, --timeout`. */
export function flagName({ short }: Pick<FlagTable, "short">, name: string): string {
  const letter = Object.keys(short).find((candidate) => short[candidate] === name);
  return letter === undefined ? `--${name}` : `-${letter}, --${name}`;
}

function check(table: FlagTable, name: string, value: string): void {
  const refuse = (why: string) => {
    throw new UsageError(`invalid argument "${value}" for "${flagName(table, name)}" flag: ${why}`);
  };
  const kind = table.flags[name];
  if (kind === "switch" && !TRUE.has(value) && !FALSE.has(value))
    refuse(`strconv.ParseBool: parsing "${value}": invalid syntax`);
  if (kind === "int" && !/^[-+]?\d+$/.test(value)) refuse(`strconv.ParseInt: parsing "${value}": invalid syntax`);
  if (kind === "int" && !Number.isSafeInteger(Number(value)))
    refuse(`strconv.ParseInt: parsing "${value}": value out of range`);
}

function kindOf(table: FlagTable, name: string, otherwise: string): FlagKind {
  const kind = Object.hasOwn(table.flags, name) ? table.flags[name] : undefined;
  if (kind === undefined) throw new UsageError(otherwise);
  return kind;
}
