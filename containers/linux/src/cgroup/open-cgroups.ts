import { existsSync } from "node:fs";
import { readMounts } from "../mountinfo.ts";
import type { Cgroups } from "./cgroups.ts";
import { cgroupsV1 } from "./v1.ts";
import { cgroupsV2 } from "./v2.ts";

/** The host's control groups. */
export function openCgroups(root = "/sys/fs/cgroup"): Cgroups {
  if (existsSync(`${root}/cgroup.controllers`)) return cgroupsV2(root);
  const hierarchies = new Map<string, string>();
  for (const mount of readMounts()) {
    // On a hybrid host the runtime makes a directory in the controller-less v2 tree, too.
    if (mount.type === "cgroup2") hierarchies.set("unified", mount.target);
    if (mount.type !== "cgroup") continue;
    for (const option of mount.superOptions) if (isController(option)) hierarchies.set(option, mount.target);
  }
  if (hierarchies.size === 0) throw new Error(`Cannot find control groups: neither v2 nor v1 is mounted below ${root}`);
  return cgroupsV1(hierarchies);
}

function isController(option: string): boolean {
  return !["rw", "ro", "xattr", "clone_children", "noprefix"].includes(option) && !option.startsWith("release_agent=");
}
