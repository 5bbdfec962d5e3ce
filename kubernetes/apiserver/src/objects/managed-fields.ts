import type { Call } from "../call.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";

/** Keeps `metadata.managedFields` as the object has it: a client cannot write it, and only an apply adds to it. */
export function trackWrite(
  _call: Call,
  draft: Draft,
  old: ApiObject | undefined,
  _operation: "Update" | "Apply",
  _subresource: string,
  _now: number,
): void {
  const before = old?.metadata.managedFields;
  if (before === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = before as Draft["metadata"]["managedFields"];
}
