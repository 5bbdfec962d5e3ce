/** Columns of claims to devices and of the devices there are. */
import type { ResourceClaim, ResourceSlice } from "../generated/types/resource/v1.ts";
import { ageColumn, type Column, nameColumn } from "./column.ts";

/** Resource claims. */
export const resourceClaimColumns: readonly Column<ResourceClaim>[] = [
  nameColumn,
  { name: "State", cell: stateOf },
  ageColumn,
];

function stateOf({ metadata, status }: ResourceClaim): string {
  const isDeleted = metadata.deletionTimestamp !== undefined;
  const states = isDeleted ? ["deleted"] : [];
  if (status?.allocation) states.push("allocated");
  else if (!isDeleted) states.push("pending");
  if (status?.allocation && status.reservedFor?.length) states.push("reserved");
  return states.join(",");
}

/** Resource slices. */
export const resourceSliceColumns: readonly Column<ResourceSlice>[] = [
  nameColumn,
  { name: "Node", cell: ({ spec }) => spec.nodeName ?? "" },
  { name: "Driver", cell: ({ spec }) => spec.driver },
  { name: "Pool", cell: ({ spec }) => spec.pool.name },
  ageColumn,
];
