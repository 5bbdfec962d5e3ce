/** Long lists in parts: `n` and `last` (distribution-spec, "Listing Tags"). */
import { RegistryError } from "../errors.ts";

/** The part of a sorted list that a query asks for, and the Link header that leads on. Throws UNSUPPORTED for a senseless `n`. */
export function page(
  path: string,
  all: readonly string[],
  query: URLSearchParams,
): { readonly items: string[]; readonly headers: Record<string, string> } {
  const last = query.get("last");
  const n = query.get("n");
  if (n !== null && !/^\d{1,9}$/.test(n))
    throw new RegistryError("PAGINATION_NUMBER_INVALID", `invalid number of results requested: ${JSON.stringify(n)}`);
  const after = last === null ? [...all] : all.filter((item) => item > last);
  const items = n === null ? after : after.slice(0, Number(n));
  const end = items.at(-1);
  if (end === undefined || items.length === after.length) return { items, headers: {} };
  return { items, headers: { link: `<${path}?n=${n}&last=${encodeURIComponent(end)}>; rel="next"` } };
}
