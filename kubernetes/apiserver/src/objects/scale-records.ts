/** Who holds the number of replicas: the records of an object as its Scale shows them, and back. */
import type { ManagedFieldsEntry } from "@skiff/api/meta/v1";

type Records = readonly ManagedFieldsEntry[];
type Tree = Readonly<Record<string, unknown>>;

/** Where a Scale has its replicas. */
const IN_SCALE = ["f:spec", "f:replicas"];
const SCALE_VERSION = "autoscaling/v1";

/** The records of those who hold the field at `path` (`f:spec`, `f:replicas`) of the object, as records of its Scale. */
export function scaleRecords(records: Records | undefined, path: readonly string[]): ManagedFieldsEntry[] {
  return (records ?? []).flatMap((record) => {
    if (!holds(record.fieldsV1, path)) return [];
    return [{ ...record, apiVersion: SCALE_VERSION, fieldsV1: treeOf(IN_SCALE) as ManagedFieldsEntry["fieldsV1"] }];
  });
}

/** The records of the object when those of its Scale have become `inScale`: who no longer is in there has lost the field. */
export function recordsFromScale(
  records: Records | undefined,
  inScale: Records,
  path: readonly string[],
  apiVersion: string,
): ManagedFieldsEntry[] {
  const left = new Map(inScale.map((record) => [identityOf(record), record]));
  const kept = (records ?? []).flatMap((record) => {
    if (!holds(record.fieldsV1, path)) return [record];
    if (left.delete(identityOf(record))) return [record];
    const rest = without(record.fieldsV1 as Tree, path);
    return rest ? [{ ...record, fieldsV1: rest as ManagedFieldsEntry["fieldsV1"] }] : [];
  });
  const added = [...left.values()].map((record) => ({
    ...record,
    apiVersion,
    fieldsV1: treeOf(path) as ManagedFieldsEntry["fieldsV1"],
  }));
  return [...kept, ...added];
}

function identityOf({ manager, operation, subresource }: ManagedFieldsEntry): string {
  return JSON.stringify([manager, operation, subresource ?? ""]);
}

function holds(fields: unknown, [step, ...rest]: readonly string[]): boolean {
  if (typeof fields !== "object" || fields === null) return false;
  if (step === undefined) return Object.keys(fields).length === 0 || Object.hasOwn(fields, ".");
  return Object.hasOwn(fields, step) && holds((fields as Tree)[step], rest);
}

function treeOf([step, ...rest]: readonly string[]): Tree {
  return step === undefined ? {} : { [step]: treeOf(rest) };
}

/** The tree without a leaf; undefined where nothing else is left. */
function without(tree: Tree, [step, ...rest]: readonly string[]): Tree | undefined {
  if (step === undefined) return undefined;
  const { [step]: below, ...others } = tree;
  const left = without((below ?? {}) as Tree, rest);
  if (left) return { ...others, [step]: left };
  return Object.keys(others).length > 0 ? others : undefined;
}
