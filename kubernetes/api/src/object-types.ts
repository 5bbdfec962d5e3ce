/** The object types of the built-in kinds, made of the table of types and each kind's rules. */

import { mergeTypeOf } from "./apply/table-merge-type.ts";
import { decodeObject } from "./decode/decode-object.ts";
import type { ObjectType } from "./object-type.ts";
import { decodePatched } from "./patch/decode-patched.ts";
import { strategicMergePatch } from "./patch/strategic-merge-patch.ts";
import type { ResourceInfo } from "./resource-info.ts";
import { kindRules } from "./rules/index.ts";
import { columnsOf } from "./tables/index.ts";
import {
  applyDefaults,
  prepareForCreate,
  prepareForPartUpdate,
  prepareForStatusUpdate,
  prepareForUpdate,
  readBack,
  validateCreate,
  validatePartUpdate,
  validateStatusUpdate,
  validateUpdate,
  warningsOf,
} from "./validation.ts";

const made = new Map<string, ObjectType>();

/** What the server does to objects of this resource, in its version. Throws for a type that is not in the table. */
export function objectTypeOf({ typeName, objectType }: Pick<ResourceInfo, "typeName" | "objectType">): ObjectType {
  if (objectType) return objectType;
  let type = made.get(typeName);
  if (!type) {
    type = builtin(typeName);
    made.set(typeName, type);
  }
  return type;
}

function builtin(typeName: string): ObjectType {
  const rules = kindRules(typeName);
  const selectable = rules?.selectableFields;
  return {
    decode: (value, mode, duplicates) => decodeObject(value, typeName, mode, duplicates),
    decodePatched: (value, mode, strategic) => decodePatched(value, typeName, mode, strategic),
    defaults: (object) => applyDefaults(typeName, object),
    prepareForCreate: (object) => prepareForCreate(typeName, object),
    readBack: (object) => readBack(typeName, object),
    prepareForUpdate: (object, old) => prepareForUpdate(typeName, object, old),
    prepareForStatusUpdate: (object, old) => prepareForStatusUpdate(typeName, object, old),
    validateCreate: (object) => validateCreate(typeName, object),
    validateUpdate: (object, old) => validateUpdate(typeName, object, old),
    validateStatusUpdate: (object, old) => validateStatusUpdate(typeName, object, old),
    prepareForPartUpdate: (part, object, old) => prepareForPartUpdate(typeName, part, object, old),
    validatePartUpdate: (part, object, old) => validatePartUpdate(typeName, part, object, old),
    warnings: (object, old) => warningsOf(typeName, object, old),
    selectableFields: selectable && ((object) => selectable(object)),
    columns: columnsOf(typeName),
    merge: mergeTypeOf(typeName),
    strategicMerge: (document, patch) => strategicMergePatch(mergeTypeOf(typeName), document, patch),
    allowCreateOnUpdate: rules?.allowCreateOnUpdate ?? false,
    allowUnconditionalUpdate: rules?.allowUnconditionalUpdate ?? true,
  };
}
