/** Everything that can be wrong with the schema of a definition, its rules included. */
import type { FieldError } from "../rules/field-error.ts";
import { checkRules } from "./check-rules.ts";
import { checkSchema } from "./check-schema.ts";
import type { Schema } from "./schema.ts";

/** Checks the schema of one version; `field` is where it is. The rules are checked once the rest is right. */
export function checkDefinitionSchema(schema: Schema, field: string): FieldError[] {
  const errors = checkSchema(schema, field);
  return errors.length > 0 ? errors : checkRules(schema, field);
}
