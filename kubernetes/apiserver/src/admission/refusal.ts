import { StatusError } from "@skiff/api";
import type { AdmissionRequest } from "./admission.ts";

/** 403 as an admission plugin gives it: about the object, whose name may still be only the start of one. */
export function refusal({ info, name, object }: Pick<AdmissionRequest, "info" | "name" | "object">, why: string) {
  const known = name || object?.metadata?.name || object?.metadata?.generateName || "Unknown";
  return StatusError.forbidden(info, known, why);
}

/** Several reasons as one text: the reason itself, or `[a, b]`. */
export function joinReasons(reasons: readonly string[]): string {
  const different = [...new Set(reasons)];
  return different.length === 1 ? (different[0] ?? "") : `[${different.join(", ")}]`;
}
