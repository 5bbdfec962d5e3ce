/** The records of who holds which fields, after a write that is no apply: whoever changes a field holds it. */
import type { ManagedFieldsEntry } from "../generated/types/meta/v1.ts";
import { difference, isEmpty, LEAF, union } from "./field-set.ts";
import {
  capManagers,
  identityOf,
  type Managers,
  parseManagers,
  readManagers,
  STRIPPED,
  writeManagers,
} from "./managers.ts";
import { NoIdentity } from "./path-element.ts";
import {
  changedFields,
  effectsOf,
  type ManagedObject,
  reconcileRecords,
  type TrackedKind,
  takeEffect,
  withoutRecords,
} from "./write-tracking.ts";

/** Who writes what, and how. */
export interface TrackOptions extends TrackedKind {
  readonly manager: string;
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string;
  /** An object of the kind with nothing set. */
  readonly blank: ManagedObject;
}

/**
 * The records `next` is to be stored with. `live` is undefined when the object is created. Records the writer sends itself
 * are taken for the present ones, a single empty one ends the keeping of records, and none leaves the present ones. An
 * object without records gets none before the first apply.
 */
export function trackUpdate(
  live: ManagedObject | undefined,
  next: ManagedObject,
  o: TrackOptions,
): readonly ManagedFieldsEntry[] {
  const present = live?.metadata.managedFields ?? [];
  const sent = next.metadata.managedFields ?? [];
  const managers = recordsFor(present, sent, o.subresource);
  if (live && managers.size === 0) return [];
  try {
    const before = live ? withoutRecords(live) : o.blank;
    reconcileRecords(o, before, managers);
    trackInto(managers, before, withoutRecords(next), o);
  } catch (error) {
    // Lists whose items cannot be told apart are for validation to refuse; the records are as they were until then.
    if (!(error instanceof NoIdentity)) throw error;
    return present;
  }
  return writeManagers(managers);
}

/** The records to go on from. Those a client sends through a subresource are not its to set. */
function recordsFor(
  present: readonly ManagedFieldsEntry[],
  sent: readonly ManagedFieldsEntry[],
  subresource: string,
): Managers {
  if (subresource !== "" || sent.length === 0 || sent === present) return readManagers(present);
  if (sent.length === 1 && sent[0] !== undefined && Object.keys(sent[0]).length === 0) return new Map();
  return parseManagers(sent) ?? readManagers(present);
}

/** Enters into `managers` that `o.manager` made `after` of `before`. Throws `NoIdentity`. */
export function trackInto(managers: Managers, before: object, after: object, o: TrackOptions): void {
  const effects = effectsOf(o, before, after, managers, undefined);
  takeEffect(managers, effects);
  const set = difference(changedFields(effects.own, o.ignored), STRIPPED);
  if (isEmpty(set)) return;
  const { manager, apiVersion, subresource, time } = o;
  const own = { manager, operation: "Update", apiVersion, subresource } as const;
  const identity = identityOf(own);
  managers.set(identity, { ...own, time, set: union(managers.get(identity)?.set ?? LEAF, set) });
  capManagers(managers);
}
