/** Where the volume of a claim lies on this node. */
import { isNotFound } from "@skiff/api";
import type { PersistentVolume, PersistentVolumeClaim } from "@skiff/api/core/v1";
import { persistentVolumeClaims, persistentVolumes } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import { prepareHostPath } from "./host-path.ts";

/** Asked each time a Pod's volumes are brought into place. */
export interface ClaimStore {
  /** The directory behind a claim. Rejects with what people read in `FailedMount`: it is missing, not bound, or of a kind this node cannot mount. */
  directoryOf(namespace: string, name: string): Promise<string>;
}

/** Reads claims and volumes straight from the API, so that what was bound just before a Pod is seen. */
export function claimStore({ client, signal }: { readonly client: Client; readonly signal: AbortSignal }): ClaimStore {
  return {
    async directoryOf(namespace, name) {
      const claim = await found(client.get(persistentVolumeClaims, { namespace, name }, signal), () => {
        return `persistentvolumeclaim "${name}" not found`;
      });
      const volumeName = boundVolume(claim);
      const volume = await found(client.get(persistentVolumes, { name: volumeName }, signal), () => {
        return `persistentvolume "${volumeName}" not found`;
      });
      return directoryOf(claim, volume);
    },
  };
}

function boundVolume({ metadata, spec, status }: PersistentVolumeClaim): string {
  if (status?.phase === "Bound" && spec?.volumeName) return spec.volumeName;
  throw new Error(`persistentvolumeclaim "${metadata.name}" is not bound to a volume yet`);
}

function directoryOf({ metadata }: PersistentVolumeClaim, volume: PersistentVolume): Promise<string> {
  const { claimRef, volumeMode, hostPath, local } = volume.spec ?? {};
  const { name } = volume.metadata;
  if (claimRef?.uid !== metadata.uid)
    throw new Error(`persistentvolume "${name}" belongs to another claim than "${metadata.name}"`);
  if (volumeMode === "Block")
    throw new Error(`persistentvolume "${name}": block volumes are not supported by this node`);
  if (hostPath) return prepareHostPath(hostPath);
  if (local) return prepareHostPath({ path: local.path, type: "Directory" });
  throw new Error(`persistentvolume "${name}": only hostPath and local volumes are supported by this node`);
}

async function found<T>(reading: Promise<T>, absent: () => string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) throw new Error(absent(), { cause: error });
    throw error;
  }
}
