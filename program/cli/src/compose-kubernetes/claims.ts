/** Named volumes as claims, and, where the directory of a volume is known, as the volume of that claim. */
import type { PersistentVolume, PersistentVolumeAccessMode, PersistentVolumeClaim } from "@skiff/api/core/v1";
import { type ConversionContext, MANAGED_BY, metadataOf, PROJECT_LABEL } from "./context.ts";
import { labelValue, objectName } from "./object-name.ts";
import { replicasOf } from "./replicas.ts";

/** What is asked for where nothing says how much is needed. */
const SIZE = "1Gi";

/** The name of the claim of a volume, by its key in the project. An external one has its real name. */
export function claimName({ project }: ConversionContext, volume: string): string {
  const source = project.volumes[volume];
  return objectName(source?.external ? source.name : volume);
}

/** The claims of the volumes that services mount, each behind its volume where there is one. */
export function claimsOf(context: ConversionContext): (PersistentVolume | PersistentVolumeClaim)[] {
  return Object.entries(mountersOf(context)).flatMap(([volume, mounters]) => {
    const source = context.project.volumes[volume];
    const directory = context.facts.volumes.get(source?.name ?? volume);
    if (source?.external && directory === undefined) return [];
    // A directory can be mounted by any number of Pods of its node: so it stays when their number changes.
    const shared = directory !== undefined || mounters > 1;
    const accessModes: PersistentVolumeAccessMode[] = [shared ? "ReadWriteMany" : "ReadWriteOnce"];
    const name = claimName(context, volume);
    const volumeName = objectName(source?.name ?? volume);
    const claim: PersistentVolumeClaim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: metadataOf(context, name),
      spec: {
        accessModes,
        resources: { requests: { storage: SIZE } },
        ...(directory === undefined ? {} : { storageClassName: "", volumeName }),
      },
    };
    if (directory === undefined) return [claim];
    const { namespace } = context;
    const behind: PersistentVolume = {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volumeName, labels: { [PROJECT_LABEL]: labelValue(context.project.name), ...MANAGED_BY } },
      spec: {
        accessModes,
        capacity: { storage: SIZE },
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "",
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name },
        hostPath: { path: directory, type: "Directory" },
      },
    };
    return [behind, claim];
  });
}

/** How many Pods may mount each volume at once. */
function mountersOf({ project }: ConversionContext): Record<string, number> {
  const count: Record<string, number> = {};
  for (const service of Object.values(project.services)) {
    const replicas = Math.max(1, replicasOf(service));
    const volumes = (service.volumes ?? []).flatMap(({ type, source }) =>
      type === "volume" && source ? [source] : [],
    );
    for (const volume of new Set(volumes)) count[volume] = (count[volume] ?? 0) + replicas;
  }
  return count;
}
