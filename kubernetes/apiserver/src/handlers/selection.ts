import { matches, parseSelector, type ResourceInfo } from "@skiff/api";
import { checkFieldSelector, matchesFields, parseFieldSelector, selectableFields } from "@skiff/api/server";
import { fromStoredObject } from "../objects/versions.ts";
import type { Entry } from "../state/entry.ts";

/** Whether an entry is selected by a request; undefined selects everything, without decoding it. */
export type Selection = ((entry: Entry) => boolean) | undefined;

const OF_META = { "metadata.name": "name", "metadata.namespace": "namespace" } as const;

/** The selection `labelSelector` and `fieldSelector` make. Throws StatusError 400 when they cannot be understood. */
export function selectionOf(info: ResourceInfo, query: URLSearchParams): Selection {
  const labelText = query.get("labelSelector") ?? "";
  const fieldText = query.get("fieldSelector") ?? "";
  if (labelText === "" && fieldText === "") return undefined;
  const labels = parseSelector(labelText);
  const fields = parseFieldSelector(fieldText);
  checkFieldSelector(info, fields);
  // Name and namespace are in the key: selecting by them needs no object.
  const byKey = fields.requirements.filter(({ field }) => Object.hasOwn(OF_META, field));
  const byObject = { requirements: fields.requirements.filter(({ field }) => !Object.hasOwn(OF_META, field)) };
  const needsObject = labels.requirements.length > 0 || byObject.requirements.length > 0;
  return (entry) => {
    if (byKey.length > 0 && !matchesFields({ requirements: byKey }, fieldsOfKey(info, entry.key))) return false;
    if (!needsObject) return true;
    const { object } = entry;
    if (!matches(labels, object.metadata.labels)) return false;
    if (byObject.requirements.length === 0) return true;
    return matchesFields(byObject, selectableFields(info, fromStoredObject(info, object)));
  };
}

function fieldsOfKey({ namespaced }: ResourceInfo, key: string): Record<string, string> {
  const slash = namespaced ? key.indexOf("/") : -1;
  return { "metadata.namespace": key.slice(0, Math.max(slash, 0)), "metadata.name": key.slice(slash + 1) };
}
