/** The records of who holds which fields, `metadata.managedFields`, while a write works on them. */
import type { ManagedFieldsEntry } from "../generated/types/meta/v1.ts";
import { difference, type FieldSet, inOrder, isEmpty, knownInOrder, LEAF, parseSet, union } from "./field-set.ts";

/** One record. The set of a record that was read is in its written order already. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339; undefined of a record that never had one. */
  readonly time: string | undefined;
  readonly set: FieldSet;
}

/** The records by who they are of. */
export type Managers = Map<string, Manager>;

/** Records of ordinary writes kept apart; the oldest beyond that are put together. */
const MAX_UPDATERS = 10;
const ANCIENT = "ancient-changes";

/** What identifies an object, or is the server's: nobody's. */
export const STRIPPED: FieldSet = {
  "f:apiVersion": LEAF,
  "f:kind": LEAF,
  "f:metadata": {
    ".": LEAF,
    "f:clusterName": LEAF,
    "f:creationTimestamp": LEAF,
    "f:generation": LEAF,
    "f:managedFields": LEAF,
    "f:name": LEAF,
    "f:namespace": LEAF,
    "f:resourceVersion": LEAF,
    "f:selfLink": LEAF,
    "f:uid": LEAF,
  },
};

/** Tells one writer from another. One that applies is the same in every version of the API. */
export function identityOf({ manager, operation, apiVersion, subresource }: Omit<Manager, "time" | "set">): string {
  return JSON.stringify({
    manager,
    operation,
    ...(operation === "Update" && { apiVersion }),
    ...(subresource !== "" && { subresource }),
  });
}

/** The records of a stored object. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  const managers: Managers = new Map();
  for (const entry of entries ?? []) {
    const { manager = "", operation, apiVersion = "", subresource = "", time, fieldsV1 } = entry;
    const set = knownInOrder((fieldsV1 ?? LEAF) as FieldSet);
    const record: Manager = {
      manager,
      operation: operation === "Apply" ? "Apply" : "Update",
      apiVersion,
      subresource,
      time,
      set,
    };
    managers.set(identityOf(record), record);
  }
  return managers;
}

/** The records a client sent; undefined where they cannot be understood. */
export function parseManagers(entries: readonly ManagedFieldsEntry[]): Managers | undefined {
  const parsed: ManagedFieldsEntry[] = [];
  for (const entry of entries) {
    const { operation, fieldsType, fieldsV1 = {} } = entry;
    const set = parseSet(fieldsV1);
    if ((operation !== "Apply" && operation !== "Update") || fieldsType !== "FieldsV1" || !set) return undefined;
    parsed.push({ ...entry, fieldsV1: inOrder(set) as ManagedFieldsEntry["fieldsV1"] });
  }
  return readManagers(parsed);
}

/** The records as they are written: applies first, then by time. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()]
    .sort(compareManagers)
    .map(({ manager, operation, apiVersion, subresource, time, set }) => ({
      manager,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: "FieldsV1",
      fieldsV1: inOrder(set) as ManagedFieldsEntry["fieldsV1"],
      ...(subresource !== "" && { subresource }),
    }));
}

function compareManagers(a: Manager, b: Manager): number {
  const key = (of: Manager) => [of.operation, of.time ?? "", of.manager, of.apiVersion, of.subresource];
  const [left, right] = [key(a), key(b)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (left[at] ?? "") < (right[at] ?? "") ? -1 : 1;
}

/** Takes fields from a record; one that is left with none goes. */
export function takeFrom(managers: Managers, identity: string, taken: FieldSet): void {
  const record = managers.get(identity);
  if (!record) return;
  const set = difference(record.set, taken);
  if (isEmpty(set)) managers.delete(identity);
  else managers.set(identity, { ...record, set });
}

/** Puts the oldest ordinary writes together, by version, so that many writers do not let an object grow without bound. */
export function capManagers(managers: Managers): void {
  if (managers.size <= MAX_UPDATERS) return;
  const updaters = [...managers].filter(([, { operation }]) => operation === "Update");
  let surplus = updaters.length - MAX_UPDATERS;
  if (surplus <= 0) return;
  updaters.sort(([a, { time: timeOfA = "" }], [b, { time: timeOfB = "" }]) =>
    timeOfA === timeOfB ? (a < b ? -1 : 1) : timeOfA < timeOfB ? -1 : 1,
  );
  const firstOfVersion = new Map<string, string>();
  for (const [identity, record] of updaters) {
    if (surplus <= 0) return;
    const first = firstOfVersion.get(record.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(record.apiVersion, identity);
      continue;
    }
    const bucket = { ...record, manager: ANCIENT, subresource: "" };
    const name = identityOf(bucket);
    const older = managers.get(name) ?? managers.get(first);
    if (first !== name) managers.delete(first);
    managers.delete(identity);
    managers.set(name, { ...bucket, set: union(record.set, older?.set ?? LEAF) });
    surplus--;
  }
}
