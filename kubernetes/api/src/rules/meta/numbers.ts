/** Numbers, and fields that are a number or a percentage. An absent number is 0 where the API's field is not optional. */
import { isPercent } from "../../names.ts";
import { type FieldError, invalid } from "../field-error.ts";

/** Refuses a number below zero. */
export function checkNonNegative(value: number | undefined, field: string, errors: FieldError[]): void {
  if ((value ?? 0) < 0) errors.push(invalid(field, value, "must be greater than or equal to 0"));
}

/** Refuses a number that is given and not above zero. */
export function checkPositive(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value !== undefined && value <= 0) errors.push(invalid(field, value, "must be greater than 0"));
}

/** Refuses anything but a number from 0 and a string such as `25%`. */
export function checkNumberOrPercent(value: number | string | undefined, field: string, errors: FieldError[]): void {
  if (typeof value === "number") checkNonNegative(value, field, errors);
  else for (const reason of isPercent(value ?? "")) errors.push(invalid(field, value ?? "", reason));
}

/** Refuses a percentage above 100%. */
export function checkAtMostAll(value: number | string | undefined, field: string, errors: FieldError[]): void {
  const percent = percentOf(value);
  if (percent !== undefined && percent > 100) errors.push(invalid(field, value, "must not be greater than 100%"));
}

/** The number a field stands for, taking `25%` as 25. */
export function numberOf(value: number | string | undefined): number {
  return typeof value === "number" ? value : (percentOf(value) ?? 0);
}

function percentOf(value: number | string | undefined): number | undefined {
  return typeof value === "string" && isPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;
}
