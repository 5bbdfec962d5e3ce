/** What a container mounts, from its volumeMounts and the Pod's volumes. */
import { join } from "node:path";
import type { Container, Pod } from "@skiff/api/core/v1";
import type { Mount, MountPropagation } from "@skiff/engine/cri";
import { messageOf, StartError } from "../container/start-error.ts";
import { expand } from "../spec/expand.ts";
import type { Mounter } from "./mounter.ts";
import type { PodDirectories } from "./pod-directories.ts";
import { bindSubPath } from "./sub-path.ts";

const PROPAGATION: Readonly<Record<string, MountPropagation>> = {
  None: "PROPAGATION_PRIVATE",
  HostToContainer: "PROPAGATION_HOST_TO_CONTAINER",
  Bidirectional: "PROPAGATION_BIDIRECTIONAL",
};

export interface ContainerMountsInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly env: ReadonlyMap<string, string>;
  readonly hostPath: (volume: string) => string | undefined;
  readonly directories: PodDirectories;
  readonly mounter: Mounter;
}

/** The mounts of `container`, /etc/hosts included. Binds sub-paths; rejects with a StartError. */
export async function containerMounts(input: ContainerMountsInput): Promise<Mount[]> {
  const { container, env, hostPath, directories, mounter } = input;
  const mounts: Mount[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const source = hostPath(mount.name);
    if (!source)
      throw new StartError(
        "CreateContainerConfigError",
        `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
      );
    const subPath = mount.subPathExpr ? expand(mount.subPathExpr, (name) => env.get(name)) : (mount.subPath ?? "");
    const target = join(directories.subPaths, mount.name, container.name, String(index));
    mounts.push({
      containerPath: mount.mountPath.startsWith("/") ? mount.mountPath : `/${mount.mountPath}`,
      hostPath: subPath ? await bound(mounter, source, subPath, target, mount.name) : source,
      readonly: mount.readOnly || isReadOnly(input.pod, mount.name),
      propagation: PROPAGATION[mount.mountPropagation ?? "None"] ?? "PROPAGATION_PRIVATE",
      recursiveReadOnly: mount.recursiveReadOnly === "Enabled",
    });
  }
  if (!mounts.some(({ containerPath }) => containerPath === "/etc/hosts")) {
    mounts.push({ containerPath: "/etc/hosts", hostPath: directories.hosts, readonly: false });
  }
  return mounts;
}

/** Whether the Pod says of the whole volume that nothing is written to it. */
function isReadOnly({ spec }: Pod, name: string): boolean {
  return spec.volumes?.find((volume) => volume.name === name)?.persistentVolumeClaim?.readOnly ?? false;
}

async function bound(
  mounter: Mounter,
  source: string,
  subPath: string,
  target: string,
  volume: string,
): Promise<string> {
  try {
    return await bindSubPath(mounter, source, subPath, target);
  } catch (error) {
    const message = `failed to prepare subPath for volumeMount "${volume}": ${messageOf(error)}`;
    throw new StartError("CreateContainerConfigError", message, { cause: error });
  }
}
