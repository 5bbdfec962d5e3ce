/** Taking away what a manager applied before and no longer does. */
import { difference, type FieldSet, intersection, isEmpty, LEAF, union } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import type { Manager, Managers } from "./managers.ts";
import { removeFields, withoutEmptied } from "./merge.ts";
import type { MergeType } from "./merge-type.ts";
import { withNamedFields } from "./named-fields.ts";
import type { TrackedKind, VersionView } from "./write-tracking.ts";

/**
 * `merged` without the fields of `last` that the manager leaves out now, unless someone else holds them or something below
 * them. `managers` holds the manager's new record already.
 */
export function prune(kind: TrackedKind, merged: object, managers: Managers, last: Manager | undefined): object {
  if (!last || isEmpty(last.set)) return merged;
  const view = kind.versionView(last.apiVersion);
  if (!view) return merged;
  const there = view.convert(merged);
  const lastFields = withNamedFields(view.type, last.set);
  let pruned = removed(view.type, there, lastFields);
  pruned = addBackHeld(kind, view, last.apiVersion, there, pruned, managers);
  const all = withNamedFields(view.type, fieldsOf(view.type, there));
  const left = withNamedFields(view.type, fieldsOf(view.type, pruned));
  // Only what this manager held goes: what nobody holds, or only ordinary writes do, comes back.
  pruned = removed(view.type, there, intersection(difference(all, left), lastFields));
  pruned = withoutEmptied(pruned, there) as object;
  return kind.versionView(kind.apiVersion)?.convert(pruned) ?? pruned;
}

/** What others hold, or the manager's new configuration does, stays. `merged` and `pruned` are in the version of `home`. */
function addBackHeld(
  kind: TrackedKind,
  home: VersionView,
  apiVersion: string,
  merged: object,
  pruned: object,
  managers: Managers,
): object {
  const held = new Map<string, FieldSet>();
  for (const { apiVersion: version, set } of managers.values())
    held.set(version, union(held.get(version) ?? LEAF, set));
  // The version at hand first, so that nothing is converted that needs not be.
  const versions = [...held.keys()].sort((a, b) => Number(b === apiVersion) - Number(a === apiVersion));
  let result = pruned;
  for (const version of versions) {
    const view = kind.versionView(version);
    if (!view) continue;
    const [all, rest] = [view.convert(merged), view.convert(result)];
    const kept = union(
      withNamedFields(view.type, fieldsOf(view.type, rest)),
      withNamedFields(view.type, held.get(version) ?? LEAF),
    );
    const gone = difference(withNamedFields(view.type, fieldsOf(view.type, all)), kept);
    result = home.convert(removed(view.type, all, gone));
  }
  return result;
}

function removed(type: MergeType, object: object, set: FieldSet): object {
  return (removeFields(type, object, set) ?? {}) as object;
}
