/** A default is a value the schema itself accepts, whole. */
import { type FieldError, invalid } from "../rules/field-error.ts";
import { validateListTypes } from "./list-types.ts";
import { prune } from "./prune.ts";
import { sameJson } from "./same-json.ts";
import { isMembers, type Schema } from "./schema.ts";
import { validateValue } from "./validate.ts";

/** Checks the default of `schema`. */
export function checkDefault(schema: Schema, field: string, errors: FieldError[]): void {
  const value = structuredClone(schema.default);
  if (isMembers(value)) {
    const kept = structuredClone(value);
    // Pruned as a part, not as an object: what only whole objects have is dropped too.
    const holder = { part: kept };
    prune(holder, { properties: { part: schema } });
    if (!sameJson(kept, value)) errors.push(invalid(field, value, "must not have unknown fields"));
  }
  errors.push(...validateValue(value, schema, field), ...validateListTypes(value, schema, field));
}
