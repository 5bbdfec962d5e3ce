/** What a mutation's value makes of an object. */
import { StatusError } from "@skiff/api";
import { type CelValue, isList, isMap, toJson, typeNameOf } from "@skiff/api/cel";
import { checkTyped, jsonPatch, type MergeType, mergeApplied, typedErrorText } from "@skiff/api/server";
import { OBJECT } from "./mutation-types.ts";

/** Thrown when the value cannot be applied; the message says why. */
export class MutationError extends Error {}

/** The object with the operations applied. Throws MutationError. */
export function withOperations(object: object, value: CelValue): unknown {
  if (!isList(value)) {
    throw new MutationError(`type error: JSONPatch expression evaluated to ${typeNameOf(value)} instead of list`);
  }
  try {
    return jsonPatch(object, toJson(value));
  } catch (error) {
    if (error instanceof StatusError) throw new MutationError(`JSON Patch: ${error.message}`);
    throw error;
  }
}

/** The object with the configuration merged in, as a server-side apply would. Throws MutationError. */
export function withConfiguration(object: object, value: CelValue, type: MergeType): unknown {
  if (!isMap(value) || value.typeName !== OBJECT) {
    throw new MutationError(`unsupported return type from ApplyConfiguration expression: ${typeNameOf(value)}`);
  }
  checkNames(value, OBJECT);
  const { kind, apiVersion } = object as { readonly kind?: string; readonly apiVersion?: string };
  const configuration = { kind, apiVersion, ...(toJson(value) as object) };
  const errors = checkTyped(type, configuration);
  if (errors.length > 0) {
    const why = typedErrorText(errors);
    throw new MutationError(`error applying patch: failed to convert patch object to typed object: ${why}`);
  }
  const atomic = atomicParts(type, configuration, "");
  if (atomic.length > 0) {
    const where = atomic.join(", ");
    throw new MutationError(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${where}`,
    );
  }
  return mergeApplied(type, object, configuration);
}

/** The name of each part says where it belongs. Throws MutationError for one that is elsewhere. */
function checkNames(value: CelValue, place: string): void {
  if (isList(value)) {
    for (let i = 0; i < value.size; i++) checkNames(value.at(i), place);
    return;
  }
  if (!isMap(value) || value.typeName === undefined) return;
  if (value.typeName !== place) {
    const wanted = JSON.stringify(place);
    throw new MutationError(
      `type mismatch: unexpected type name ${JSON.stringify(value.typeName)}, expected ${wanted}, which matches field name path from root Object type`,
    );
  }
  for (const name of value.keys()) checkNames(value.get(name) ?? null, `${place}.${String(name)}`);
}

/**
 * The places where the configuration has something that is only ever replaced whole: what it does not mention there
 * would be lost, which is hardly what its author meant.
 */
function atomicParts({ map, list }: MergeType, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    if (!list) return [];
    const inner = value.flatMap((item, index) => atomicParts(list.item, item, `${path}[${index}]`));
    return list.relationship === "atomic" ? [path, ...inner] : inner;
  }
  if (typeof value !== "object" || value === null || !map) return [];
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const field = map.field(name);
    return field ? atomicParts(field.type, member, `${path}.${name}`) : [];
  });
  return map.atomic ? [path, ...inner] : inner;
}
