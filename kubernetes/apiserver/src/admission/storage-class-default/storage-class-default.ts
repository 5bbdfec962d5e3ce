/** DefaultStorageClass: a claim that names no class gets the one marked as default, the newest if there are several. */
import { persistentVolumeClaims, storageClasses } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";

const MARK = "storageclass.kubernetes.io/is-default-class";

/** The plugin. */
export function storageClassDefault({ caches }: AdmissionDeps): AdmissionPlugin {
  const cache = caches.of(storageClasses);
  return {
    name: "DefaultStorageClass",
    mutate({ operation, info, subresource, object }) {
      if (operation !== "CREATE" || info.typeName !== persistentVolumeClaims.typeName || subresource !== "") return;
      const spec = object?.spec as { storageClassName?: string } | undefined;
      if (!spec || spec.storageClassName !== undefined) return;
      const marked = [...cache.entries.under("")].filter((e) => e.object.metadata.annotations?.[MARK] === "true");
      const newest = marked.sort((a, b) => created(b.object) - created(a.object))[0];
      if (newest) spec.storageClassName = newest.object.metadata.name;
    },
  };
}

function created({ metadata }: { readonly metadata: { readonly creationTimestamp?: string | undefined } }): number {
  return Date.parse(metadata.creationTimestamp ?? "");
}
