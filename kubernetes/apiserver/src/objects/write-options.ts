/** The options of a write, from its query. */
import { StatusError } from "@skiff/api";
import type { FieldValidation } from "@skiff/api/server";
import type { Call } from "../call.ts";

type Refusal = Parameters<typeof StatusError.invalid>[2][number];

const MANAGER_BYTES = 128;
const OPTIONS_KINDS: Readonly<Record<string, string>> = {
  PUT: "UpdateOptions",
  PATCH: "PatchOptions",
  DELETE: "DeleteOptions",
};

/** What to do about unknown fields, from the query. Throws StatusError 422 for a value there is not. */
export function fieldValidation(call: Call): FieldValidation {
  const asked = call.query.get("fieldValidation");
  if (asked === null || asked === "") return "Warn";
  if (asked === "Strict" || asked === "Warn" || asked === "Ignore") return asked;
  const detail = 'supported values: "", "Ignore", "Strict", "Warn"';
  throw optionsError(call, { type: "FieldValueNotSupported", field: "fieldValidation", badValue: asked, detail });
}

/**
 * Whether the request wants everything done but the writing. Throws StatusError 422 for an unknown value, and for a
 * `fieldManager` that is no name.
 */
export function isDryRun(call: Call, alsoAsked: readonly string[] = []): boolean {
  const asked = [...call.query.getAll("dryRun"), ...alsoAsked].filter((value) => value !== "");
  if (asked.some((value) => value !== "All")) {
    const detail = 'supported values: "All"';
    throw optionsError(call, { type: "FieldValueNotSupported", field: "dryRun", badValue: asked, detail });
  }
  checkFieldManager(call);
  return asked.length > 0;
}

function optionsError({ incoming }: Call, error: Refusal): StatusError {
  const kind = OPTIONS_KINDS[incoming.method] ?? "CreateOptions";
  return StatusError.invalid({ group: "meta.k8s.io", kind }, "", [error]);
}

function checkFieldManager(call: Call): void {
  const manager = call.query.get("fieldManager") ?? "";
  const field = "fieldManager";
  if (Buffer.byteLength(manager) > MANAGER_BYTES) {
    const detail = `may not be more than ${MANAGER_BYTES} bytes`;
    throw optionsError(call, { type: "FieldValueTooLong", field, badValue: manager, detail });
  }
  const bad = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(manager);
  if (!bad) return;
  const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const detail = `invalid character U+${code} (at position ${bad.index})`;
  throw optionsError(call, { type: "FieldValueInvalid", field, badValue: manager, detail });
}
