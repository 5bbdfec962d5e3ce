/** Limits of memory and swap together, which not every kernel counts. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerSpec } from "@skiff/engine";

/** Whether the kernel counts swap by control group. */
export function countsSwap(): boolean {
  if (existsSync("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes")) return true;
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  return own !== undefined && existsSync(join("/sys/fs/cgroup", own, "memory.swap.max"));
}

const DISCARDED =
  "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.";

/** The limits with that of swap: as much again as memory where nothing else is asked for, none where it is not counted. */
export function withSwapLimit(
  resources: ContainerSpec["resources"],
  isCounted: boolean,
): { readonly resources: ContainerSpec["resources"]; readonly warnings: string[] } {
  const { memory = 0, memorySwap = 0 } = resources ?? {};
  if (isCounted) {
    return {
      resources: memory > 0 && memorySwap === 0 ? { ...resources, memorySwap: 2 * memory } : resources,
      warnings: [],
    };
  }
  return { resources: { ...resources, memorySwap: undefined }, warnings: memorySwap > 0 ? [DISCARDED] : [] };
}
