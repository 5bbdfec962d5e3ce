/** Field errors: what validation reports, in the words the Kubernetes API server uses. */

/** The reasons a field is refused, as they appear in `Status.details.causes[].reason`. */
export type FieldErrorType =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueForbidden"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueNotFound"
  | "FieldValueTypeInvalid";

/** One refused field. `field` is its path from the object's root, such as `spec.containers[0].name`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly badValue?: unknown;
  readonly detail: string;
}

/** Stands for a value that is too large, or says too little, to be shown. */
export const omittedValue: unique symbol = Symbol("omitted value");

/** The value is missing. */
export function required(field: string, detail = ""): FieldError {
  return { type: "FieldValueRequired", field, badValue: "", detail };
}

/** The value is malformed or out of range; `detail` says what it must be. */
export function invalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, badValue, detail };
}

/** The value is well formed but not allowed here. */
export function forbidden(field: string, detail: string): FieldError {
  return { type: "FieldValueForbidden", field, badValue: "", detail };
}

/** The value is not one of `supported`, which are listed in the order given. */
export function notSupported(field: string, badValue: unknown, supported: readonly string[]): FieldError {
  const detail =
    supported.length === 0 ? "" : `supported values: ${supported.map((value) => JSON.stringify(value)).join(", ")}`;
  return { type: "FieldValueNotSupported", field, badValue, detail };
}

/** The value has appeared before in a list whose entries must differ. */
export function duplicate(field: string, badValue: unknown): FieldError {
  return { type: "FieldValueDuplicate", field, badValue, detail: "" };
}

/** The value names something that does not exist. */
export function notFound(field: string, badValue: unknown): FieldError {
  return { type: "FieldValueNotFound", field, badValue, detail: "" };
}

/** The value is longer than `maximum` bytes; the message leaves the value out. */
export function tooLong(field: string, maximum: number): FieldError {
  return {
    type: "FieldValueTooLong",
    field,
    badValue: "<value omitted>",
    detail: `may not be more than ${maximum} bytes`,
  };
}

/** The list has `actual` items, more than `maximum`. */
export function tooMany(field: string, actual: number, maximum: number): FieldError {
  const items = maximum === 1 ? "item" : "items";
  return { type: "FieldValueTooMany", field, badValue: actual, detail: `must have at most ${maximum} ${items}` };
}

const titles: Readonly<Record<FieldErrorType, string>> = {
  FieldValueRequired: "Required value",
  FieldValueInvalid: "Invalid value",
  FieldValueForbidden: "Forbidden",
  FieldValueNotSupported: "Unsupported value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueNotFound: "Not found",
  FieldValueTypeInvalid: "Invalid value",
};

/**
 * The message of `error` without its field, as it appears in a Status cause: `Invalid value: "x": must be …`.
 * Strings are quoted and other values printed as JSON. An undefined value is one the client left out: `"null"`; null is an empty
 * list or map: `null`.
 */
export function fieldErrorMessage(error: FieldError): string {
  const title = titles[error.type];
  const detail = error.detail === "" ? "" : `: ${error.detail}`;
  switch (error.type) {
    case "FieldValueRequired":
    case "FieldValueForbidden":
    case "FieldValueTooLong":
      return title + detail;
    default:
      if (error.badValue === omittedValue) return title + detail;
      return `${title}: ${JSON.stringify(error.badValue === undefined ? "null" : error.badValue)}${detail}`;
  }
}
