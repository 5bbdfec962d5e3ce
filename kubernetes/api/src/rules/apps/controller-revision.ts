/** ControllerRevision: what a template was at one time. It never changes but for its number. */
import type { ControllerRevision } from "@skiff/api/apps/v1";
import { type FieldError, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkNonNegative } from "../meta/numbers.ts";

function validate(revision: ControllerRevision): FieldError[] {
  const errors: FieldError[] = [];
  if (revision.data === undefined) errors.push(required("data", "data is mandatory"));
  checkNonNegative(revision.revision, "revision", errors);
  return errors;
}

export const controllerRevisionRules: KindRules<ControllerRevision> = {
  validate,
  validateUpdate(revision, old) {
    const errors = validate(revision);
    checkImmutable(revision.data, old.data, "data", errors);
    return errors;
  },
};
