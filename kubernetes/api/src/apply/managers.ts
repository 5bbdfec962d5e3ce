/** The records of who holds which fields: `metadata.managedFields`. */
import type { ManagedFieldsEntry } from "../generated/types/meta/v1.ts";
import { difference, type FieldSet, isWhole, union } from "./field-set.ts";

/** Records of ordinary writes kept apart; the oldest beyond that are put together. */
const MAX_UPDATERS = 10;
const ANCIENT = "ancient-changes";

/** Fields that identify an object, or are the server's: nobody's. */
export const IDENTITY: FieldSet = {
  "f:apiVersion": {},
  "f:kind": {},
  "f:metadata": {
    "f:name": {},
    "f:namespace": {},
    "f:uid": {},
    "f:resourceVersion": {},
    "f:generation": {},
    "f:creationTimestamp": {},
    "f:deletionTimestamp": {},
    "f:deletionGracePeriodSeconds": {},
    "f:selfLink": {},
    "f:generateName": {},
    "f:managedFields": {},
  },
};

/** The fields of a record. */
export function setOf(entry: ManagedFieldsEntry | undefined): FieldSet {
  return (entry?.fieldsV1 ?? {}) as FieldSet;
}

/** The records without the fields of `taken`; records left with none are dropped. */
export function without(entries: readonly ManagedFieldsEntry[], taken: FieldSet): ManagedFieldsEntry[] {
  if (isWhole(taken)) return [...entries];
  return entries.flatMap((entry) => {
    const before = setOf(entry);
    const rest = difference(before, taken);
    if (isWhole(rest)) return [];
    return [{ ...entry, fieldsV1: rest }];
  });
}

/** The records in the order they are kept: applies first, then by time. */
export function inOrder(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const key = ({ operation, time, manager, apiVersion, subresource }: ManagedFieldsEntry) =>
    [operation, time, manager, apiVersion, subresource].map((part) => part ?? "").join("\0");
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The records with the oldest ordinary writes put together, so that many managers do not grow an object without bound. */
export function capped(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updates = inOrder(entries.filter(({ operation }) => operation === "Update"));
  const surplus = updates.length - MAX_UPDATERS;
  if (surplus <= 0) return [...entries];
  const [newest, ...older] = updates.slice(0, surplus + 1).reverse();
  const fieldsV1 = older.reduce((all, entry) => union(all, setOf(entry)), setOf(newest));
  const { subresource: _, ...rest } = newest ?? {};
  const bucket = { ...rest, manager: ANCIENT, fieldsV1 };
  return [...entries.filter(({ operation }) => operation !== "Update"), bucket, ...updates.slice(surplus + 1)];
}
