/** Weights of block I/O, which few kernels have any more. */
import { existsSync, readFileSync } from "node:fs";
import type { ContainerSpec } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";

/** Whether the kernel weighs block I/O by control group. */
export function weighsBlockIo(): boolean {
  const v1 = ["blkio.weight", "blkio.bfq.weight"].map((file) => `/sys/fs/cgroup/blkio/${file}`);
  const controllers = "/sys/fs/cgroup/cgroup.controllers";
  return (
    v1.some(existsSync) || (existsSync(controllers) && readFileSync(controllers, "utf8").split(/\s/).includes("io"))
  );
}

const DISCARDED = "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.";

/** The limits without weights that the kernel would refuse, and what to warn of. Throws 400 for a weight that none can be. */
export function withoutWeights(
  resources: ContainerSpec["resources"],
  isSupported: boolean,
): { readonly resources: ContainerSpec["resources"]; readonly warnings: string[] } {
  const { weight, weightDevices = [], ...block } = resources?.block ?? {};
  if (weight === undefined && weightDevices.length === 0) return { resources, warnings: [] };
  if (!isSupported) return { resources: { ...resources, block }, warnings: [DISCARDED] };
  for (const each of [weight ?? 10, ...weightDevices.map((device) => device.weight)])
    if (each < 10 || each > 1000) throw new DockerError(400, "Range of blkio weight is from 10 to 1000");
  return { resources, warnings: [] };
}
