import { HttpError } from "./http-error.ts";

/** True for the ways clients say yes: `1`, `true`. */
export function flag(query: URLSearchParams, ...names: readonly string[]): boolean {
  return names.some((name) => ["1", "true"].includes(query.get(name) ?? ""));
}

/** A whole number of at least `least`, or undefined when absent. Throws an HttpError 400. */
export function integer(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new HttpError(400, `invalid ${name}: ${JSON.stringify(text)}`);
  return number;
}
