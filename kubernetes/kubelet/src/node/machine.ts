/** What the machine has to offer, and what it is. */
import { readFile, statfs } from "node:fs/promises";
import { arch, availableParallelism, release, totalmem } from "node:os";
import type { NodeSystemInfo } from "@skiff/api/core/v1";

export const KUBELET_VERSION = "v1.36.0";
const MAX_PODS = 110;

/** The node's capacity as the API has it. `root` lies on the disk that Pods write to. */
export async function capacity(root: string): Promise<Record<string, string>> {
  const { blocks, bsize } = await statfs(root);
  return {
    cpu: String(availableParallelism()),
    "ephemeral-storage": `${Math.floor((blocks * bsize) / 1024)}Ki`,
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: String(MAX_PODS),
  };
}

/** The architecture by its name in images and labels. */
export function architecture(): string {
  return { x64: "amd64", arm: "arm", arm64: "arm64" }[arch() as string] ?? arch();
}

/** `status.nodeInfo`. `runtime` is the container runtime's name and version, `name://version`. */
export async function systemInfo(runtime: string): Promise<NodeSystemInfo> {
  const [machineID, systemUUID, bootID, osRelease] = await Promise.all([
    text("/etc/machine-id"),
    text("/sys/class/dmi/id/product_uuid"),
    text("/proc/sys/kernel/random/boot_id"),
    text("/etc/os-release"),
  ]);
  return {
    machineID,
    systemUUID: systemUUID || machineID,
    bootID,
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? "Linux",
    containerRuntimeVersion: runtime,
    kubeletVersion: KUBELET_VERSION,
    kubeProxyVersion: "",
    operatingSystem: "linux",
    architecture: architecture(),
  };
}

/** The file's text, or "" on a machine that lacks it. */
async function text(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
