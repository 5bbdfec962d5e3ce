/** What any write does to the records of the others: who changes a field takes it, and what is gone is nobody's. */
import type { ObjectMeta } from "../generated/types/meta/v1.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Conflicts } from "./conflicts.ts";
import { difference, type FieldSet, intersection, isEmpty, recursiveDifference, union } from "./field-set.ts";
import { type Manager, type Managers, takeFrom } from "./managers.ts";
import type { MergeType } from "./merge-type.ts";
import { reconciled } from "./reconcile.ts";

/** Any object with metadata; a name is not needed here. */
export type ManagedObject = { readonly metadata: Partial<ObjectMeta> };

/** A version of the API, as far as fields of a record written in it go. */
export interface VersionView {
  readonly type: MergeType;
  /** An object of any version, in this one. */
  convert(object: object): object;
}

/** What a write knows of the kind it writes. */
export interface TrackedKind {
  readonly type: MergeType;
  readonly apiVersion: string;
  /** A version that records may have been written in, this one included; undefined for one that is gone, with its records. */
  versionView(apiVersion: string): VersionView | undefined;
  /** Fields this write cannot change, whatever it says. */
  readonly ignored: FieldSet;
  /** Whether records may have been made under another schema, as those of custom resources may. */
  readonly mayHaveChanged?: boolean;
}

/** Brings the records up to the schema as it is. Throws `NoIdentity`. */
export function reconcileRecords(kind: TrackedKind, live: object, managers: Managers): void {
  if (!kind.mayHaveChanged) return;
  for (const [identity, record] of managers) {
    const view = kind.versionView(record.apiVersion);
    if (!view) continue;
    const set = reconciled(view.type, record.set, view.convert(live));
    if (set !== record.set) managers.set(identity, { ...record, set });
  }
}

/** Everything a write changed, and in its own version what. */
export interface Effects {
  readonly conflicts: Conflicts;
  readonly removed: ReadonlyMap<string, FieldSet>;
  readonly own: Comparison;
}

/** Compares the states of an object, and finds the records of others (all but `self`) that a write touches. Records in versions that are gone are dropped from `managers`. */
export function effectsOf(
  kind: TrackedKind,
  before: object,
  after: object,
  managers: Managers,
  self: string | undefined,
): Effects {
  const own = visible(compare(kind.type, before, after), kind.ignored);
  const comparisons = new Map<string, Comparison | undefined>([[kind.apiVersion, own]]);
  const conflicts = new Map<string, { holder: Manager; set: FieldSet }>();
  const removed = new Map<string, FieldSet>();
  for (const [identity, holder] of [...managers]) {
    if (identity === self) continue;
    const { apiVersion } = holder;
    if (!comparisons.has(apiVersion)) comparisons.set(apiVersion, compareIn(kind, apiVersion, before, after));
    const comparison = comparisons.get(apiVersion);
    if (!comparison) {
      managers.delete(identity);
      continue;
    }
    const set = intersection(holder.set, union(comparison.modified, comparison.added));
    if (!isEmpty(set)) conflicts.set(identity, { holder, set });
    if (!isEmpty(comparison.removed)) removed.set(identity, comparison.removed);
  }
  return { conflicts, removed, own };
}

function compareIn(kind: TrackedKind, apiVersion: string, before: object, after: object): Comparison | undefined {
  const view = kind.versionView(apiVersion);
  return view && visible(compare(view.type, view.convert(before), view.convert(after)), kind.ignored);
}

function visible({ added, modified, removed }: Comparison, ignored: FieldSet): Comparison {
  if (isEmpty(ignored)) return { added, modified, removed };
  return {
    added: recursiveDifference(added, ignored),
    modified: recursiveDifference(modified, ignored),
    removed: recursiveDifference(removed, ignored),
  };
}

/** Takes from the others what the write changed or removed. */
export function takeEffect(managers: Managers, { conflicts, removed }: Effects): void {
  for (const [identity, { set }] of conflicts) takeFrom(managers, identity, set);
  for (const [identity, set] of removed) takeFrom(managers, identity, set);
}

/** The fields the writer holds by having changed them. */
export function changedFields({ added, modified }: Comparison, but: FieldSet): FieldSet {
  return difference(union(modified, added), but);
}

/** The object without its records, which are no field of it. */
export function withoutRecords<T extends ManagedObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
