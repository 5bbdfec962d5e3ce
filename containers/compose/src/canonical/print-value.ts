/** From a value to what is printed of it. Pure. */
import type { Attributes, Form } from "./form.ts";

/** JSON is the form that is hashed, too: it has no extensions, and structures that are empty. */
export type Format = "yaml" | "json";

/** Gives what `format` says of `held`; undefined where it says nothing. */
export function printValue(held: unknown, form: Form, format: Format): unknown {
  switch (form.is) {
    case "value":
      return isZero(held) ? undefined : inOrder(held);
    case "amount":
      return isZero(held) || held === "0" || held === "0s" ? undefined : held;
    case "opt-out":
      return held === false && format === "json" ? undefined : held;
    case "command":
      return held ?? (format === "json" ? null : undefined);
    case "octal":
      return typeof held === "string" ? Number.parseInt(held, 8) || undefined : undefined;
    case "structure":
      return printStructure(held, form.attributes, form.isStated, format);
    case "map":
      return isObject(held) ? printMap(held, form.of, format) : (held ?? undefined);
    case "list":
      if (!Array.isArray(held)) return held;
      return held.length === 0 ? undefined : held.map((item) => printValue(item, form.of, format) ?? {});
    default:
      return inOrder(held);
  }
}

function printStructure(held: unknown, attributes: Attributes, isStated: boolean, format: Format): unknown {
  // Without interpolation a variable may stand where a structure belongs, and `ulimits` have numbers in their place.
  if (held !== undefined && !isObject(held)) return held;
  if (held === undefined && !(isStated && format === "json")) return undefined;
  const members = Object.entries(attributes).flatMap(([name, form]): [string, unknown][] => {
    const printed = printValue(held?.[name], form, format);
    return printed === undefined ? [] : [[name, printed]];
  });
  const others = Object.entries(held ?? {}).filter(([name]) => format === "yaml" && !(name in attributes));
  const whole = Object.fromEntries([...members, ...others.sort(byName).map(([name, of]) => [name, inOrder(of)])]);
  return isStated && format === "yaml" && Object.keys(whole).length === 0 ? undefined : whole;
}

function printMap(held: Readonly<Record<string, unknown>>, of: Form, format: Format): unknown {
  const members = Object.entries(held).sort(byName);
  if (members.length === 0) return undefined;
  return Object.fromEntries(members.map(([name, each]) => [name, printValue(each, of, format) ?? null]));
}

function isZero(held: unknown): boolean {
  if (held === undefined || held === null || held === "" || held === 0 || held === false) return true;
  return typeof held === "object" && Object.keys(held).length === 0;
}

/** The same value with the keys of its objects in order. */
function inOrder(held: unknown): unknown {
  if (Array.isArray(held)) return held.map(inOrder);
  if (!isObject(held)) return held;
  return Object.fromEntries(
    Object.entries(held)
      .sort(byName)
      .map(([key, each]) => [key, inOrder(each)]),
  );
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function isObject(held: unknown): held is Readonly<Record<string, unknown>> {
  return typeof held === "object" && held !== null && !Array.isArray(held);
}
