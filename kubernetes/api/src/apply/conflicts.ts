/** Fields that an apply would change and another manager holds. */
import { isDeepStrictEqual } from "node:util";
import { childPlace, type FieldSet, isWhole, itemKey, type Place } from "./field-set.ts";

/** The fields in both sets whose value would change, each with its path (`.spec.containers[name="a"].image`). */
export function conflictingFields(
  place: Place,
  applied: FieldSet,
  held: FieldSet,
  live: unknown,
  wanted: unknown,
  path = "",
): { readonly path: string; readonly set: FieldSet }[] {
  const found: { path: string; set: FieldSet }[] = [];
  for (const [part, below] of Object.entries(applied)) {
    const other = held[part];
    if (other === undefined || part === "." || part.startsWith("v:")) continue;
    const [child, liveChild, wantedChild] = childValues(place, part, live, wanted);
    const here = path + pathPart(part);
    if (isWhole(below) || isWhole(other)) {
      if (!isDeepStrictEqual(liveChild, wantedChild)) found.push({ path: here, set: { [part]: below } });
      continue;
    }
    for (const conflict of conflictingFields(child, below, other, liveChild, wantedChild, here)) {
      found.push({ path: conflict.path, set: { [part]: conflict.set } });
    }
  }
  return found;
}

function childValues(place: Place, part: string, live: unknown, wanted: unknown): [Place, unknown, unknown] {
  const name = part.slice(2);
  const pick = (value: unknown) => {
    if (Array.isArray(value)) return value.find((item) => itemKey(place, item) === part);
    return (value as Record<string, unknown> | null | undefined)?.[name];
  };
  return [childPlace(place, name), pick(live), pick(wanted)];
}

function pathPart(part: string): string {
  if (part.startsWith("f:")) return `.${part.slice(2)}`;
  const keys = Object.entries(JSON.parse(part.slice(2)) as Record<string, unknown>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
}
