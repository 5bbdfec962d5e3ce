/** Server-side apply: an applied configuration states all the fields its manager wants to hold. */
import { StatusError } from "../errors.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../generated/types/meta/v1.ts";
import { conflictingFields } from "./conflicts.ts";
import { difference, type FieldSet, fieldsOf, isWhole, type Place } from "./field-set.ts";
import { appliedBefore } from "./last-applied.ts";
import { IDENTITY, inOrder, setOf, without } from "./managers.ts";
import { mergeApplied, removeFields } from "./merge.ts";

/** Who applies, to what, and how hard. */
export interface ApplyOptions {
  readonly typeName: string;
  readonly apiVersion: string;
  readonly manager: string;
  /** Take over fields other managers hold. */
  readonly force: boolean;
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string;
}

interface WithMetadata {
  readonly metadata: ObjectMeta;
}

/**
 * What applying `config` makes of `live`: its fields set, the fields this manager applied before and now leaves out
 * removed unless another manager holds them, and the managers' records brought up to date. `live` is undefined when the
 * object is to be created. Throws StatusError 409 naming the fields other managers hold, unless forced.
 */
export function applyConfiguration(live: WithMetadata | undefined, config: WithMetadata, o: ApplyOptions): object {
  const place: Place = { type: { form: "named", name: o.typeName } };
  const applied = difference(fieldsOf(place, config), IDENTITY);
  const entries = live?.metadata.managedFields ?? [];
  const mine = entries.find((entry) => isOwn(entry, o));
  const others = entries.filter((entry) => entry !== mine);
  const lost = checkConflicts(place, applied, others, live, config, o);
  let result = mergeApplied(place, live, config) as WithMetadata & Record<string, unknown>;
  const given = others.reduce((rest, entry) => difference(rest, setOf(entry)), difference(setOf(mine), applied));
  if (!isWhole(given)) result = removeFields(place, result, given) as typeof result;
  const kept = lost.reduce(without, others);
  const own = {
    manager: o.manager,
    operation: "Apply",
    apiVersion: o.apiVersion,
    time: mine && sameSet(setOf(mine), applied) ? mine.time : o.time,
    fieldsType: "FieldsV1",
    fieldsV1: applied,
    ...(o.subresource && { subresource: o.subresource }),
  };
  return { ...result, metadata: { ...result.metadata, managedFields: inOrder([own, ...kept]) } };
}

function checkConflicts(
  place: Place,
  applied: FieldSet,
  others: readonly ManagedFieldsEntry[],
  live: WithMetadata | undefined,
  config: unknown,
  { force, typeName, manager }: ApplyOptions,
): FieldSet[] {
  const all = others.flatMap((entry) =>
    conflictingFields(place, applied, setOf(entry), live, config).map((conflict) => ({ ...conflict, entry })),
  );
  const allowed = force || all.length === 0 ? {} : appliedBefore(typeName, live, manager);
  const found = force ? [] : all.filter(({ set }) => !isWhole(difference(set, allowed)));
  if (found.length === 0) return all.map(({ set }) => set);
  const causes = found.map(({ path, entry }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${managerText(entry)}`,
    field: path,
  }));
  const [only, ...more] = found;
  const count = `Apply failed with ${found.length} conflict${more.length === 0 ? "" : "s"}`;
  const byManager = Map.groupBy(found, ({ entry }) => managerText(entry));
  const lists = Array.from(
    byManager,
    ([manager, list]) => `conflicts with ${manager}:\n${list.map((c) => `- ${c.path}`).join("\n")}`,
  );
  const text = more.length === 0 && only ? `conflict with ${managerText(only.entry)}: ${only.path}` : lists.join("\n");
  throw new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `${count}: ${text}`,
    reason: "Conflict",
    details: { causes },
    code: 409,
  });
}

function managerText({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  const name = subresource ? `"${manager}" with subresource "${subresource}"` : `"${manager}"`;
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

function isOwn(entry: ManagedFieldsEntry, { manager, subresource }: ApplyOptions): boolean {
  return entry.operation === "Apply" && entry.manager === manager && (entry.subresource ?? "") === subresource;
}

function sameSet(a: FieldSet, b: FieldSet): boolean {
  return isWhole(difference(a, b)) && isWhole(difference(b, a));
}
