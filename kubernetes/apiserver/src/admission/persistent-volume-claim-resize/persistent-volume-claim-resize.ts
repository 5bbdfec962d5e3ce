/** PersistentVolumeClaimResize: a claim grows only when it is bound and its class says that its volumes can grow. */
import { parseQuantity } from "@skiff/api";
import type { PersistentVolumeClaim } from "@skiff/api/core/v1";
import { persistentVolumeClaims, storageClasses } from "@skiff/api/resources";
import type { StorageClass } from "@skiff/api/storage/v1";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { whole } from "../targets.ts";

const OLD_NAME = "volume.beta.kubernetes.io/storage-class";

/** The plugin. */
export function persistentVolumeClaimResize({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(storageClasses);
  const growable = (name: string): boolean => {
    const found = entries.get(name)?.object as unknown as StorageClass | undefined;
    return found?.allowVolumeExpansion === true;
  };
  return {
    name: "PersistentVolumeClaimResize",
    concerns: whole(persistentVolumeClaims, "UPDATE"),
    validate(request) {
      const claim = request.object as unknown as PersistentVolumeClaim;
      const old = request.old as unknown as PersistentVolumeClaim;
      if (sizeOf(claim).cmp(sizeOf(old)) <= 0) return;
      if (old.status?.phase !== "Bound") throw refusal(request, "Only bound persistent volume claims can be expanded");
      const name = classOf(claim);
      if (name !== "" && name === classOf(old) && growable(name)) return;
      throw refusal(
        request,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
      );
    },
  };
}

function sizeOf({ spec }: PersistentVolumeClaim) {
  return parseQuantity(spec?.resources?.requests?.storage ?? "0");
}

function classOf({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.[OLD_NAME] ?? spec?.storageClassName ?? "";
}
