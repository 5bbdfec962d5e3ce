/** Conditions and variables: what both kinds of admission policies, and webhooks, are made of. */
import type { MatchCondition, Variable } from "@skiff/api/admissionregistration/v1";
import { isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, invalid, required, tooMany } from "../field-error.ts";
import { checkRequiredForm } from "../meta/formats.ts";

const MOST_CONDITIONS = 64;
const identifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const reserved: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** Whether nothing, or nothing but space, is there. */
export function isBlank(text: string | undefined): boolean {
  return (text ?? "").trim() === "";
}

/** Checks the conditions under which a request is looked at: named, each once. */
export function checkMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (conditions === undefined) return;
  if (conditions.length > MOST_CONDITIONS) errors.push(tooMany(field, conditions.length, MOST_CONDITIONS));
  const seen = new Set<string>();
  conditions.forEach(({ name, expression }, index) => {
    const path = `${field}[${index}]`;
    if (isBlank(expression)) errors.push(required(`${path}.expression`));
    checkRequiredForm(name, isQualifiedName, `${path}.name`, errors);
    if (name && seen.has(name)) errors.push(duplicate(`${path}.name`, name));
    seen.add(name);
  });
}

/** Checks the variables of a policy: named as CEL names things. */
export function checkVariables(variables: readonly Variable[] | undefined, field: string, errors: FieldError[]): void {
  variables?.forEach(({ name, expression }, index) => {
    const path = `${field}[${index}]`;
    if (isBlank(name)) errors.push(required(`${path}.name`, "name is not specified"));
    else if (!identifier.test(name) || reserved.has(name)) {
      errors.push(invalid(`${path}.name`, name, "name is not a valid CEL identifier"));
    }
    if (isBlank(expression)) errors.push(required(`${path}.expression`, "expression is not specified"));
  });
}
