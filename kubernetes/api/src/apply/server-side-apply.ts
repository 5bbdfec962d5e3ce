/** Server-side apply: an applied configuration states all the fields its manager wants to hold. */
import { StatusError } from "../errors.ts";
import { checkTyped, typedErrorText } from "./check-typed.ts";
import { sameValue } from "./compare.ts";
import { conflictError, conflictSet, conflictsBut } from "./conflicts.ts";
import { difference, isEmpty, recursiveDifference, sameSet } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { appliedBefore, withLastApplied } from "./last-applied.ts";
import { identityOf, type Manager, type Managers, readManagers, STRIPPED, writeManagers } from "./managers.ts";
import { mergeApplied } from "./merge.ts";
import { NoIdentity } from "./path-element.ts";
import { prune } from "./prune.ts";
import { trackInto } from "./track-update.ts";
import {
  effectsOf,
  type ManagedObject,
  reconcileRecords,
  type TrackedKind,
  takeEffect,
  withoutRecords,
} from "./write-tracking.ts";

/** Who applies, to what, and how hard. */
export interface ApplyOptions extends TrackedKind {
  readonly kind: string;
  readonly manager: string;
  /** Take over fields other managers hold. */
  readonly force: boolean;
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string;
  /** An object of the kind with nothing set. */
  readonly blank: ManagedObject;
}

/** Who writes when nobody did in a way that left a record. */
const BEFORE_APPLY = "before-first-apply";

/**
 * What applying `config`, as it was sent, makes of `live`: its fields set, the fields this manager applied before and now
 * leaves out removed unless another manager holds them, and the records brought up to date. `live` is undefined when the
 * object is to be created. Throws StatusError: 500 where the configuration does not fit the schema, 409 naming the fields
 * others hold, unless forced.
 */
export function applyConfiguration(
  live: ManagedObject | undefined,
  config: ManagedObject,
  o: ApplyOptions,
): ManagedObject {
  const errors = checkTyped(o.type, config);
  if (errors.length > 0) throw untyped("patch", config, o, typedErrorText(errors));
  try {
    return applyTyped(live, config, o);
  } catch (error) {
    if (!(error instanceof NoIdentity)) throw error;
    throw untyped("live", config, o, error.message);
  }
}

function applyTyped(live: ManagedObject | undefined, config: ManagedObject, o: ApplyOptions): ManagedObject {
  const before = withoutRecords(live ?? o.blank);
  const managers = readManagers(live?.metadata.managedFields);
  if (live && managers.size === 0) {
    trackInto(managers, o.blank, before, { ...o, manager: BEFORE_APPLY });
  }
  reconcileRecords(o, before, managers);
  const own: Manager = {
    manager: o.manager,
    operation: "Apply",
    apiVersion: o.apiVersion,
    subresource: o.subresource,
    time: o.time,
    set: recursiveDifference(fieldsOf(o.type, config), o.ignored),
  };
  const identity = identityOf(own);
  const last = managers.get(identity);
  managers.set(identity, own);
  const merged = (mergeApplied(o.type, before, config) ?? {}) as object;
  const after = prune(o, merged, managers, last) as ManagedObject;
  settle(before, after, managers, identity, o);
  const changed = !sameValue(before, after);
  const set = difference(own.set, STRIPPED);
  const kept = last && !changed && sameSet(last.set, set) ? last.time : o.time;
  if (isEmpty(set)) managers.delete(identity);
  else managers.set(identity, { ...own, set, time: kept });
  const result = withLastApplied(changed ? after : before, config, o.manager);
  return { ...result, metadata: { ...result.metadata, managedFields: writeManagers(managers) } };
}

/** Settles who holds what between `before` and `after`. Throws the conflict. */
function settle(before: ManagedObject, after: object, managers: Managers, identity: string, o: ApplyOptions): void {
  const effects = effectsOf(o, before, after, managers, identity);
  if (!o.force && effects.conflicts.size > 0) {
    const allowed = appliedBefore(o, before, o.manager);
    if (!isEmpty(difference(conflictSet(effects.conflicts), allowed))) {
      throw conflictError(conflictsBut(effects.conflicts, allowed));
    }
  }
  takeEffect(managers, effects);
}

function untyped(
  which: "patch" | "live",
  { metadata }: ManagedObject,
  { apiVersion, kind }: ApplyOptions,
  why: string,
): StatusError {
  const { namespace, name = "" } = metadata;
  const object = `${namespace ? `${namespace}/` : ""}${name}; ${apiVersion.includes("/") ? "" : "/"}${apiVersion}, Kind=${kind}`;
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `failed to create typed ${which} object (${object}): ${why}`,
    code: 500,
  });
}
