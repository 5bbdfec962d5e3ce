/** What `update` makes of a container. Pure. */
import type { CgroupLimits } from "@skiff/linux";
import type { Resources } from "../container-spec.ts";
import type { UpdateOptions } from "../containers.ts";
import type { ContainerRecord } from "./record.ts";

/** The record with new limits, and whatever else was told. */
export function updatedRecord(
  record: ContainerRecord,
  resources: Resources,
  { restart, asked }: UpdateOptions = {},
): ContainerRecord {
  const { spec } = record;
  return {
    ...record,
    spec: {
      ...spec,
      resources: { ...spec.resources, ...resources },
      ...(restart ? { restart } : {}),
      ...(spec.asked ? { asked: { ...spec.asked, HostConfig: { ...spec.asked.HostConfig, ...asked } } } : {}),
    },
  };
}

/** The limits among the resources that a running container's control group can be given. */
export function limitsOf({ spec }: Pick<ContainerRecord, "spec">, resources: Resources): CgroupLimits {
  const { oomScoreAdj: _score, unified: _unified, block: _block, oomKillDisable: _disable, ...limits } = resources;
  // Swap is counted together with memory.
  const memory = limits.memorySwap === undefined ? undefined : spec.resources?.memory || undefined;
  return { ...limits, memory: limits.memory ?? memory };
}
