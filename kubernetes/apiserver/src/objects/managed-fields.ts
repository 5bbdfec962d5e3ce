import type { ResourceInfo } from "@skiff/api";
import { trackUpdate } from "@skiff/api/server";
import type { Call } from "../call.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import { sameContent } from "../state/same-content.ts";
import { mergedKind } from "./merging.ts";
import { timestamp } from "./timestamp.ts";

/** How an object is written: stating the fields one wants to hold, or otherwise. */
export type WriteOperation = "Apply" | "Update";

/** A write, as its record is to tell of it. */
export interface WriteKind {
  readonly operation: WriteOperation;
  /** The subresource that is named where the write passes as one of the object itself. */
  readonly recordedAs?: string;
}

const LONGEST_NAME = 128;

/** Writes into `draft` who holds which fields once it is stored. An apply has done so before. */
export function recordManagers(
  { now, call, info, subresource, operation }: ManagedWrite,
  draft: Draft,
  old: ApiObject | undefined,
): void {
  if (operation === "Apply") return;
  const records = trackUpdate(old, draft as ApiObject, {
    ...mergedKind(info, subresource),
    manager: managerOf(call),
    subresource,
    time: timestamp(now),
  });
  if (records.length === 0) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = records as Draft["metadata"]["managedFields"];
}

/**
 * Puts back the records of `old` where a write changed nothing but times in them, so that it is none. What a write asked
 * for may have been put back, defaulted or rewritten after its record was made.
 */
export function keepUnchangedRecords(draft: Draft, old: ApiObject): void {
  const [now, before] = [draft.metadata.managedFields, old.metadata.managedFields];
  if (!now || !before || now === before) return;
  if (!sameContent(now.map(withoutTime), before.map(withoutTime))) return;
  const { resourceVersion } = old.metadata;
  const next = { ...draft, metadata: { ...draft.metadata, resourceVersion, managedFields: before } };
  if (sameContent(next, old)) draft.metadata.managedFields = structuredClone(before) as typeof now;
}

function withoutTime({ time: _, ...rest }: { readonly time?: unknown }): object {
  return rest;
}

/** A write, as far as its record goes. */
export interface ManagedWrite {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly call: Call;
  readonly info: ResourceInfo;
  readonly subresource: string;
  readonly operation: WriteOperation;
}

/** The name a writer gives itself, or its program's. */
function managerOf({ query, incoming }: Call): string {
  const program = (incoming.header("user-agent") ?? "").split("/", 1)[0] ?? "";
  return query.get("fieldManager") || program.replace(/[^\x20-\x7e]/g, "").slice(0, LONGEST_NAME) || "unknown";
}
