/** Which item of a list was which before a change. */
import { isMembers, type Schema } from "./schema.ts";

const nothing = () => undefined;

/** Finds what an item was in `old`; only the items of a list of type map can be told. */
export function oldItems(old: unknown, schema: Schema): (item: unknown) => unknown {
  if (!Array.isArray(old) || schema["x-kubernetes-list-type"] !== "map") return nothing;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const keyOf = (item: unknown) => JSON.stringify(keys.map((key) => (isMembers(item) ? item[key] : undefined)));
  const byKey = new Map(old.map((item) => [keyOf(item), item]));
  return (item) => byKey.get(keyOf(item));
}
