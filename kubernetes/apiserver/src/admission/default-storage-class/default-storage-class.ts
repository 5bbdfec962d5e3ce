/** DefaultStorageClass: a claim that names no class gets the one marked as default, the newest if there are several. */
import { persistentVolumeClaims, storageClasses } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { newestMarked } from "../newest-marked.ts";
import { whole } from "../targets.ts";

const MARKS = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
const OLD_NAME = "volume.beta.kubernetes.io/storage-class";

/** The plugin. */
export function defaultStorageClass({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(storageClasses);
  return {
    name: "DefaultStorageClass",
    concerns: whole(persistentVolumeClaims, "CREATE"),
    mutate({ object }) {
      const spec = object?.spec as { storageClassName?: string } | undefined;
      if (!object || !spec || spec.storageClassName !== undefined) return;
      if (object.metadata.annotations?.[OLD_NAME] !== undefined) return;
      const found = newestMarked(entries, MARKS);
      if (found) spec.storageClassName = found.metadata.name;
    },
  };
}
