/** Lease. */
import type { Lease } from "@skiff/api/coordination/v1";
import type { FieldError } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkNonNegative, checkPositive } from "../meta/numbers.ts";

function validate({ spec }: Lease): FieldError[] {
  const errors: FieldError[] = [];
  checkPositive(spec?.leaseDurationSeconds, "spec.leaseDurationSeconds", errors);
  checkNonNegative(spec?.leaseTransitions, "spec.leaseTransitions", errors);
  return errors;
}

export const leaseRules: KindRules<Lease> = {
  anyFinalizer: true,
  validate,
  validateUpdate: validate,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
