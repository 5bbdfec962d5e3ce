import { matches, parseSelector, type ResourceInfo } from "@skiff/api";
import { checkFieldSelector, matchesFields, parseFieldSelector, selectableFields } from "@skiff/api/server";
import type { Entry } from "../state/entry.ts";

/** Whether an entry is selected by a request; undefined selects everything, without decoding it. */
export type Selection = ((entry: Entry) => boolean) | undefined;

/** The selection `labelSelector` and `fieldSelector` make. Throws StatusError 400 when they cannot be understood. */
export function selectionOf(info: ResourceInfo, query: URLSearchParams): Selection {
  const labelText = query.get("labelSelector") ?? "";
  const fieldText = query.get("fieldSelector") ?? "";
  if (labelText === "" && fieldText === "") return undefined;
  const labels = parseSelector(labelText);
  const fields = parseFieldSelector(fieldText);
  checkFieldSelector(info, fields);
  return ({ object }) =>
    matches(labels, object.metadata.labels) &&
    (fields.requirements.length === 0 || matchesFields(fields, selectableFields(info, object)));
}
