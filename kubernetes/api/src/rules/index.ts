/** The rules of all kinds that have their own, keyed by type name such as `core/v1.Pod`. */
import type { KindRules } from "./kind-rules.ts";

/** A kind's rules with the object type forgotten: callers pass objects of the type the key names. */
export type AnyKindRules = KindRules<object>;

const table: ReadonlyMap<string, AnyKindRules> = new Map<string, AnyKindRules>([]);

/** The rules of the type `typeName`, or undefined for a kind that has none of its own. */
export function kindRules(typeName: string): AnyKindRules | undefined {
  return table.get(typeName);
}
