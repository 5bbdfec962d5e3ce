import { readFileSync } from "node:fs";

const CAP_SYS_RESOURCE = 24n;

/**
 * The lowest OOM score adjustment this process may give another: any with CAP_SYS_RESOURCE, else none below its own
 * (proc(5), /proc/pid/oom_score_adj). A machine may be a container that lacks it, and the runtime fails on a lower one.
 */
export function lowestOomScoreAdj(): number {
  const [, effective = "0"] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  if ((BigInt(`0x${effective}`) >> CAP_SYS_RESOURCE) & 1n) return -1000;
  return Number(readFileSync("/proc/self/oom_score_adj", "utf8"));
}
