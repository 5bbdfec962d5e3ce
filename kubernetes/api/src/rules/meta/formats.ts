/** Values of a form. */
import { type FieldError, invalid, required } from "../field-error.ts";

/** Gives the reasons a value is refused. */
export type Format = (value: string) => readonly string[];

/** Refuses a value that is not of the form; "" and undefined are checked as "". */
export function checkForm(value: string | undefined, form: Format, field: string, errors: FieldError[]): void {
  for (const reason of form(value ?? "")) errors.push(invalid(field, value ?? "", reason));
}

/** As `checkForm`, for a value that may be left out. */
export function checkOptionalForm(value: string | undefined, form: Format, field: string, errors: FieldError[]): void {
  if (value) checkForm(value, form, field, errors);
}

/** As `checkForm`, for a value that may not be left out; that has a reason of its own. */
export function checkRequiredForm(value: string | undefined, form: Format, field: string, errors: FieldError[]): void {
  if (value) checkForm(value, form, field, errors);
  else errors.push(required(field));
}
