/** The records of who holds which fields, after a write that is no apply: whoever changes a field holds it. */
import type { ManagedFieldsEntry, ObjectMeta } from "../generated/types/meta/v1.ts";
import { changesBetween } from "./changes.ts";
import { difference, isWhole, type Place, union } from "./field-set.ts";
import { capped, IDENTITY, inOrder, setOf, without } from "./managers.ts";

/** Who writes what, and how. */
export interface TrackOptions {
  readonly typeName: string;
  readonly apiVersion: string;
  readonly manager: string;
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string;
  /** Members of the object this write cannot change, whatever it says. */
  readonly reset: readonly string[];
}

interface WithMetadata {
  readonly metadata: ObjectMeta;
}

/**
 * The records `next` is to be stored with. `live` is undefined when the object is created. Records the writer sends itself
 * are taken for the present ones, a single empty one clears them, and none leaves the present ones.
 */
export function trackUpdate(live: WithMetadata | undefined, next: WithMetadata, o: TrackOptions): ManagedFieldsEntry[] {
  const place: Place = { type: { form: "named", name: o.typeName } };
  const sent = next.metadata.managedFields ?? [];
  const records = sent.length > 0 && sent.every(isRecord) ? sent : (live?.metadata.managedFields ?? []);
  const changes = changesBetween(place, changeable(live ?? {}, o), changeable(next, o));
  const set = difference(changes.set, IDENTITY);
  const removed = difference(changes.removed, IDENTITY);
  if (isReset(sent)) return [];
  const others = without(without(records, removed), set);
  if (isWhole(set)) return others;
  const isOwn = (entry: ManagedFieldsEntry) =>
    entry.operation === "Update" &&
    entry.manager === o.manager &&
    entry.apiVersion === o.apiVersion &&
    (entry.subresource ?? "") === o.subresource;
  const own = {
    manager: o.manager,
    operation: "Update",
    apiVersion: o.apiVersion,
    time: o.time,
    fieldsType: "FieldsV1",
    fieldsV1: union(setOf(others.find(isOwn)), set),
    ...(o.subresource && { subresource: o.subresource }),
  };
  return inOrder(capped([...others.filter((entry) => !isOwn(entry)), own]));
}

function changeable(object: object, { reset }: TrackOptions): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !reset.includes(name)));
}

function isReset(sent: readonly ManagedFieldsEntry[]): boolean {
  return sent.length === 1 && sent[0] !== undefined && Object.keys(sent[0]).length === 0;
}

function isRecord({ operation, apiVersion, fieldsV1 }: ManagedFieldsEntry): boolean {
  return (operation === "Apply" || operation === "Update") && Boolean(apiVersion) && typeof fieldsV1 === "object";
}
