import type { StatusError } from "@skiff/api";

/** Field errors, as a refusal of an invalid object lists them. */
export type FieldErrors = Parameters<typeof StatusError.invalid>[2];
