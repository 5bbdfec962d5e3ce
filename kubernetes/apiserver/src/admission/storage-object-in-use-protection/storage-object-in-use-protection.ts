/** StorageObjectInUseProtection: claims, volumes and volume attributes classes stay while something uses them. */
import { persistentVolumeClaims, persistentVolumes, volumeAttributesClasses } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import { anyOf, whole } from "../targets.ts";

const FINALIZERS: Readonly<Record<string, string>> = {
  [persistentVolumeClaims.plural]: "kubernetes.io/pvc-protection",
  [persistentVolumes.plural]: "kubernetes.io/pv-protection",
  [volumeAttributesClasses.plural]: "kubernetes.io/vac-protection",
};

/** The plugin. The protection controllers take the finalizers away. */
export function storageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: "StorageObjectInUseProtection",
    concerns: anyOf(
      whole(persistentVolumeClaims, "CREATE"),
      whole(persistentVolumes, "CREATE"),
      whole(volumeAttributesClasses, "CREATE"),
    ),
    mutate({ object, info }) {
      const finalizer = FINALIZERS[info.plural];
      if (!object || finalizer === undefined) return;
      const present = object.metadata.finalizers ?? [];
      if (!present.includes(finalizer)) object.metadata.finalizers = [...present, finalizer];
    },
  };
}
