/** Defaulting and validation of any kind: its own rules where it has some, the structure of its type where not. */
import type { ObjectMeta } from "./generated/types/meta/v1.ts";
import { resources } from "./resources.ts";
import type { FieldError } from "./rules/field-error.ts";
import { type AnyKindRules, kindRules } from "./rules/index.ts";
import type { Mutable } from "./rules/kind-rules.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "./rules/meta/object-meta.ts";
import { validateStructure } from "./schema/validate-structure.ts";

type WithMeta = { readonly metadata?: ObjectMeta };

/** Kinds that are only ever created (reviews, bindings) are requests: they are not stored and need no name. */
const storedTypes = new Map(
  resources.filter((info) => info.verbs.includes("get")).map((info) => [info.typeName, info.namespaced]),
);
const noRules: AnyKindRules = {};

function rulesOf(typeName: string): AnyKindRules {
  return kindRules(typeName) ?? noRules;
}

/** Fills in what the client left out and the API gives a meaning to. Changes `object`; applying it twice changes nothing more. */
export function applyDefaults(typeName: string, object: Mutable<object>): void {
  rulesOf(typeName).defaults?.(object);
}

/** Clears what a client may not set on a new object and sets what the server sets. */
export function prepareForCreate(typeName: string, object: Mutable<object>): void {
  rulesOf(typeName).prepareForCreate?.(object);
}

/** Fills in what reading a new object back from the store would. */
export function readBack(typeName: string, object: Mutable<object>): void {
  rulesOf(typeName).readBack?.(object);
}

/** Puts back what an update may not change, counting the generation. */
export function prepareForUpdate(typeName: string, object: Mutable<object>, old: object): void {
  rulesOf(typeName).prepareForUpdate?.(object, old);
}

/** Puts back what an update of the status may not change. */
export function prepareForStatusUpdate(typeName: string, object: Mutable<object>, old: object): void {
  rulesOf(typeName).prepareForStatusUpdate?.(object, old);
}

/** What is wrong with a new object, metadata first. Empty when nothing is. */
export function validateCreate(typeName: string, object: object): FieldError[] {
  const rules = rulesOf(typeName);
  const { metadata } = object as WithMeta;
  const namespaced = storedTypes.get(typeName);
  const inMetadata = metadata && namespaced !== undefined ? validateObjectMeta(metadata, namespaced, rules) : [];
  return [...inMetadata, ...(rules.validate?.(object) ?? validateStructure(typeName, object))];
}

/** What is wrong with replacing `old` by `object`. */
export function validateUpdate(typeName: string, object: object, old: object): FieldError[] {
  const rules = rulesOf(typeName);
  const inRest = rules.validateUpdate?.(object, old) ?? rules.validate?.(object) ?? validateStructure(typeName, object);
  return [...validateMetaUpdate(object, old, rules), ...inRest];
}

/** What is wrong with replacing the status of `old` by that of `object`. */
export function validateStatusUpdate(typeName: string, object: object, old: object): FieldError[] {
  const rules = rulesOf(typeName);
  return [...validateMetaUpdate(object, old, rules), ...(rules.validateStatusUpdate?.(object, old) ?? [])];
}

/** Puts back what an update of this part, such as `approval`, may not change. */
export function prepareForPartUpdate(typeName: string, part: string, object: Mutable<object>, old: object): void {
  rulesOf(typeName).parts?.[part]?.prepareForUpdate(object, old);
}

/** What is wrong with replacing this part of `old` by that of `object`. */
export function validatePartUpdate(typeName: string, part: string, object: object, old: object): FieldError[] {
  const rules = rulesOf(typeName);
  return [...validateMetaUpdate(object, old, rules), ...(rules.parts?.[part]?.validateUpdate(object, old) ?? [])];
}

/** What the client should know of an object that is accepted; `old` is what it takes the place of. */
export function warningsOf(typeName: string, object: object, old: object | undefined): string[] {
  return rulesOf(typeName).warnings?.(object, old) ?? [];
}

/** Each problem twice, as upstream answers it: its generic layer looks at the metadata, and so does every kind. */
function validateMetaUpdate(object: WithMeta, old: WithMeta, rules: AnyKindRules): FieldError[] {
  if (!object.metadata || !old.metadata) return [];
  const errors = validateObjectMetaUpdate(object.metadata, old.metadata, rules);
  return [...errors, ...errors];
}
