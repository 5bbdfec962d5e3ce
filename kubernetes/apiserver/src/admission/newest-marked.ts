import type { ApiObject } from "../state/api-object.ts";
import type { SortedEntries } from "../state/sorted-entries.ts";

/** Of the cluster-scoped objects that one of the annotations marks as the default, the newest; of equally new ones the first by name. */
export function newestMarked(entries: SortedEntries, annotations: readonly string[]): ApiObject | undefined {
  let newest: ApiObject | undefined;
  for (const { object } of entries.under("")) {
    if (!annotations.some((key) => object.metadata.annotations?.[key] === "true")) continue;
    if (!newest || created(object) > created(newest)) newest = object;
  }
  return newest;
}

function created({ metadata }: ApiObject): number {
  return Date.parse(metadata.creationTimestamp ?? "");
}
