import type { ApiObject, Draft } from "../state/api-object.ts";

/** How an object is written: stating the fields one wants to hold, or otherwise. */
export type WriteOperation = "Apply" | "Update";

/** Only an apply writes `metadata.managedFields`; any other write leaves the records as they are. */
export function keepManagedFields(draft: Draft, old: ApiObject | undefined, operation: WriteOperation): void {
  if (operation === "Apply") return;
  const before = old?.metadata.managedFields;
  if (before === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = structuredClone(before) as Draft["metadata"]["managedFields"];
}
