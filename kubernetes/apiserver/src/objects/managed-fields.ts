import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import { trackUpdate } from "@skiff/api/server";
import type { Call } from "../call.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import { timestamp } from "./timestamp.ts";

/** How an object is written: stating the fields one wants to hold, or otherwise. */
export type WriteOperation = "Apply" | "Update";

const LONGEST_NAME = 128;

/** Writes into `draft` who holds which fields once it is stored. An apply has done so before. */
export function recordManagers(
  { now, call, info, subresource, operation }: ManagedWrite,
  draft: Draft,
  old: ApiObject | undefined,
): void {
  if (operation === "Apply") return;
  const records = trackUpdate(old, draft as ApiObject, {
    typeName: info.typeName,
    apiVersion: apiVersionOf(info),
    manager: managerOf(call),
    subresource,
    time: timestamp(now),
    reset: resetFields(info, subresource),
  });
  if (records.length === 0) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = records as Draft["metadata"]["managedFields"];
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

/** The status has a path of its own, through which nothing else can be changed. */
function resetFields(info: ResourceInfo, subresource: string): readonly string[] {
  if (subresource === "status") return ["spec"];
  return info.subresources.some(({ name }) => name === "status") ? ["status"] : [];
}
