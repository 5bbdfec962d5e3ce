/** Lists as `--format` wants them: a table, JSON, or a Go template for each row. */
import { compileTemplate, type Template } from "../../../docker-client/go-template/execute.ts";
import { VerbFailure } from "../verb.ts";
import { alignTabs } from "./tab-writer.ts";

/** The fields that templates may name. */
export type Columns<T> = Readonly<Record<string, Column<T>>>;

/** A field: its heading, and its value of an item. A function with parameters is called with the template's arguments. */
export interface Column<T> {
  readonly heading: string;
  readonly value: (item: T, ...args: readonly unknown[]) => unknown;
  /** A function of the template's arguments: JSON leaves it out. */
  readonly takesArguments?: boolean;
}

/** How rows are to be shown. */
export interface RowFormat<T> {
  readonly columns: Columns<T>;
  /** The table that is meant where nothing is said. */
  readonly table: string;
  /** `--format`. */
  readonly format?: string | undefined;
  /** What `--quiet` shows of each row. */
  readonly quiet?: string | undefined;
}

// In a heading the functions of a template leave the heading as it is.
const HEADING_FUNCTIONS = Object.fromEntries(
  ["json", "title", "lower", "upper", "truncate", "split", "join", "pad", "println"].map((name) => [
    name,
    (value: unknown) => value,
  ]),
);

/** The whole text. Throws VerbFailure for a template that cannot be used. */
export function formatRows<T>(items: Iterable<T>, { columns, table, format = "", quiet }: RowFormat<T>): string {
  const isTable = format === "" || format === "table" || /^table\s/.test(format);
  if (isTable && quiet !== undefined) return printRows(items, columns, template(quiet), quiet);
  const source = unescaped(
    format === "json" ? "{{json .}}" : format === "" || format === "table" ? table : format.replace(/^table\s+/, ""),
  );
  const print = template(source, { json: rowJson });
  if (!isTable) return printRows(items, columns, print, source);
  const headings = Object.fromEntries(
    Object.entries(columns).map(([name, { heading, takesArguments }]) => [name, takesArguments ? lastWord : heading]),
  );
  const heading = apply(template(source, HEADING_FUNCTIONS), headings);
  return alignTabs(`${heading}\n${printRows(items, columns, print, source)}`);
}

/** The heading of a label: what its name ends with. */
function lastWord(name: unknown): string {
  return (String(name).split(".").at(-1) ?? "").replace(/[-_]/g, " ");
}

/** Go's JSON of a whole row is safe inside of HTML; of a field it is as it is. */
function rowJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  if (typeof value !== "object" || value === null || !rows.has(value)) return text;
  return text.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

const rows = new WeakSet<object>();

function printRows<T>(items: Iterable<T>, columns: Columns<T>, print: Template, source: string): string {
  const needed = Object.entries(columns);
  return [...items].map((item) => `${apply(print, source === "" ? {} : rowOf(item, needed))}\n`).join("");
}

/** The fields of one item, computed when they are asked for: some are costly. */
export function rowOf<T>(item: T, columns: readonly (readonly [string, Column<T>])[]): object {
  const row = {};
  rows.add(row);
  for (const [name, { value, takesArguments }] of columns.toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    if (takesArguments)
      Object.defineProperty(row, name, { value: (...args: readonly unknown[]) => value(item, ...args) });
    else Object.defineProperty(row, name, { enumerable: true, get: () => value(item) });
  }
  return row;
}

/** Compiles what a user gave. Throws VerbFailure. */
export function template(source: string, functions = {}): Template {
  try {
    return compileTemplate(source, functions);
  } catch (error) {
    throw new VerbFailure(`template parsing error: ${(error as Error).message}`);
  }
}

function apply(print: Template, data: object): string {
  try {
    return print(data);
  } catch (error) {
    throw new VerbFailure(`template parsing error: ${(error as Error).message}`);
  }
}

// Shells leave `\t` as it is written.
function unescaped(text: string): string {
  return text.replaceAll("\\t", "\t").replaceAll("\\n", "\n");
}
