/** Values of flags that are more than text: sizes, durations, fractions, pairs. */
import { type FlagTable, flagName, type ParsedFlags, UsageError } from "../../../../docker-client/parse-flags.ts";

/** Reads values of flags; what cannot be read is a UsageError that names the flag. */
export class Values {
  readonly #flags: ParsedFlags;
  readonly #table: Pick<FlagTable, "short">;

  constructor(flags: ParsedFlags, table: Pick<FlagTable, "short">) {
    this.#flags = flags;
    this.#table = table;
  }

  /** Bytes; -1 where that is written and means "no limit". */
  bytes(name: string): number | undefined {
    return this.#one(name, (text) => (text === "-1" ? -1 : parseSize(text)));
  }

  /** Nanoseconds. */
  duration(name: string): number | undefined {
    return this.#one(name, parseDuration);
  }

  /** Billionths of a CPU. */
  nanoCpus(name: string): number | undefined {
    return this.#one(name, (text) => {
      if (!/^\d*\.?\d+$|^\d+\.$/.test(text)) throw new Error(`failed to parse ${text} as a rational number`);
      if (/\.\d{10,}$/.test(text)) throw new Error("value is too precise");
      return Math.round(Number(text) * 1e9);
    });
  }

  /** Each value of a list. */
  each<T>(name: string, read: (text: string) => T): T[] {
    return this.#flags.list(name).map((text) => this.#read(name, text, read));
  }

  #one<T>(name: string, read: (text: string) => T): T | undefined {
    const text = this.#flags.value(name);
    return text === undefined ? undefined : this.#read(name, text, read);
  }

  #read<T>(name: string, text: string, read: (text: string) => T): T {
    try {
      return read(text);
    } catch (error) {
      throw new UsageError(
        `invalid argument "${text}" for "${flagName(this.#table, name)}" flag: ${(error as Error).message}`,
      );
    }
  }
}

const SIZES: Readonly<Record<string, number>> = { "": 0, b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Bytes of "512m", "1.5GiB", "100". Throws for anything else. */
export function parseSize(text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text) ?? [];
  if (amount === "") throw new Error(`invalid size: '${text}'`);
  return Math.floor(Number(amount) * 1024 ** (SIZES[unit.toLowerCase()] ?? 0));
}

const DURATIONS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of "1h30m", "500ms". Throws for anything else, in Go's words. */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  if (/^\d+(\.\d+)?$/.test(text)) throw new Error(`time: missing unit in duration "${text}"`);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw new Error(`time: invalid duration "${text}"`);
  return Math.round(
    parts.reduce((sum, [, number = "", unit = ""]) => sum + Number(number) * (DURATIONS[unit] ?? 0), 0),
  );
}

/** Splits at the first `separator`; the second half is empty where there is none. */
export function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** An object of `NAME=VALUE`. */
export function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => splitAt(text, "=")));
}

/** Fields of a line of comma-separated values, in which double quotes protect commas. */
export function csv(line: string): string[] {
  const fields: string[] = [];
  const pattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;
  for (const [, quoted, plain] of line.matchAll(pattern)) fields.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
  return fields;
}

/** Docker's CLI says nothing of lists that were not asked for, and inspecting shows what it said. */
export function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
