/** Takes out of an object what its schema does not mention. */
import {
  additionalOf,
  isEmbedded,
  isMembers,
  itemsOf,
  keepsUnknown,
  OBJECT_MEMBERS,
  propertyOf,
  type Schema,
} from "./schema.ts";

/** More unknown fields than this are dropped without being reported. */
const MAX_REPORTED = 100;

/** Changes `object`, an API object of the schema. The paths of what was dropped, as warnings name them. */
export function prune(object: object, schema: Schema): string[] {
  const dropped: string[] = [];
  pruneValue(object, { ...schema, "x-kubernetes-embedded-resource": true }, "", dropped);
  return dropped;
}

function pruneValue(value: unknown, schema: Schema, path: string, dropped: string[]): void {
  if (Array.isArray(value)) {
    const items = itemsOf(schema) ?? (keepsUnknown(schema) ? undefined : {});
    if (items) for (const [i, item] of value.entries()) pruneValue(item, items, `${path}[${i}]`, dropped);
    return;
  }
  if (!isMembers(value)) return;
  const additional = additionalOf(schema);
  const keeps = keepsUnknown(schema);
  const embedded = isEmbedded(schema);
  for (const name of Object.keys(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    // Metadata has a type of its own, whatever the schema says of it.
    if (embedded && OBJECT_MEMBERS.has(name)) continue;
    const property = propertyOf(schema, name) ?? additional;
    if (property) pruneValue(value[name], property, at, dropped);
    else if (!keeps) {
      delete value[name];
      if (dropped.length < MAX_REPORTED) dropped.push(at);
    }
  }
}
