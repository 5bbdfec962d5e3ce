/** The schema of a custom resource's version. */
import type { JSONSchemaProps } from "@skiff/api/apiextensions/v1";
import type * as Checks from "../../structural/check-definition.ts";
import type { FieldError } from "../field-error.ts";

/** The checks bring the expression language with them, which only a server with custom resources needs. */
let checks: typeof Checks | undefined;

/** What is wrong with the schema, its rules included. */
export function checkVersionSchema(schema: JSONSchemaProps, field: string): FieldError[] {
  if (!checks) {
    const { createRequire } = process.getBuiltinModule("node:module");
    checks = createRequire(import.meta.url)("../../structural/check-definition.ts") as typeof Checks;
  }
  return checks.checkDefinitionSchema(schema, field);
}
