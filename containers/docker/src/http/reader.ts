/** Reading fields out of a JSON body whose types nobody has checked yet. */
import { DockerError } from "./docker-error.ts";

/** Fields of one object. Absent and null are undefined; a value of another type throws 400 naming the field. */
export interface Reader {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  /** False where it is absent. */
  flag(name: string): boolean;
  /** A single text counts as a list of one, as Docker reads commands. */
  strings(name: string): string[] | undefined;
  numbers(name: string): number[] | undefined;
  /** A map of texts. */
  map(name: string): Record<string, string> | undefined;
  keys(name: string): string[];
  object(name: string): Reader;
  objects(name: string): Reader[];
  /** Name and value of every field, unread. */
  entries(): [string, unknown][];
}

/** A reader over a decoded object. `path` names it in errors. */
export function reader(source: Readonly<Record<string, unknown>>, path = ""): Reader {
  const wrong = (name: string, wanted: string) =>
    new DockerError(400, `invalid value for ${path}${name}: ${wanted} expected`);
  const get = (name: string): unknown => (Object.hasOwn(source, name) ? (source[name] ?? undefined) : undefined);

  function typed<T>(name: string, wanted: string, accept: (value: unknown) => value is T): T | undefined {
    const value = get(name);
    if (value === undefined || accept(value)) return value;
    throw wrong(name, wanted);
  }

  function list<T>(name: string, wanted: string, accept: (value: unknown) => value is T): T[] | undefined {
    return typed(name, `a list of ${wanted}s`, (value): value is T[] => Array.isArray(value) && value.every(accept));
  }

  return {
    text: (name) => typed(name, "a string", isString),
    number: (name) => typed(name, "a number", isNumber),
    flag: (name) => typed(name, "a boolean", (value) => typeof value === "boolean") ?? false,
    strings(name) {
      const value = get(name);
      return typeof value === "string" ? [value] : list(name, "string", isString);
    },
    numbers: (name) => list(name, "number", isNumber),
    map: (name) =>
      typed(
        name,
        "a map of strings",
        (value): value is Record<string, string> => isObject(value) && Object.values(value).every(isString),
      ),
    keys: (name) => Object.keys(typed(name, "an object", isObject) ?? {}),
    object: (name) => reader(typed(name, "an object", isObject) ?? {}, `${path}${name}.`),
    objects: (name) =>
      (list(name, "object", isObject) ?? []).map((item, index) => reader(item, `${path}${name}[${index}].`)),
    entries: () => Object.entries(source),
  };
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
