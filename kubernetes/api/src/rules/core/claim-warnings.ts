/** Warnings of volumes and claims to them. */
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec } from "@skiff/api/core/v1";
import { warnOfFraction, warnOfNodeSelector } from "../meta/warning-parts.ts";

const OLD_CLASS = "volume.beta.kubernetes.io/storage-class";
const OLD_OPTIONS = "volume.beta.kubernetes.io/mount-options";

/** Warns of parts of bytes in what is asked for. */
export function warnOfClaimSpec(spec: PersistentVolumeClaimSpec | undefined, path: string, warnings: string[]): void {
  warnOfFraction(spec?.resources?.requests?.storage, `${path}.resources.requests[storage]`, warnings);
}

/** The warnings of a claim. */
export function claimWarnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[OLD_CLASS] !== undefined) warnings.push(oldClass());
  warnOfClaimSpec(spec, "spec", warnings);
  return warnings;
}

function oldClass(): string {
  return `metadata.annotations[${OLD_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`;
}

/** The warnings of a volume. */
export function volumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[OLD_CLASS] !== undefined) warnings.push(oldClass());
  if (metadata.annotations?.[OLD_OPTIONS] !== undefined) {
    const why = 'deprecated since v1.31; use "mountOptions" attribute instead';
    warnings.push(`metadata.annotations[${OLD_OPTIONS}]: ${why}`);
  }
  if (spec.persistentVolumeReclaimPolicy === "Recycle") {
    const why =
      "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
    warnings.push(`spec.persistentVolumeReclaimPolicy: ${why}`);
  }
  warnOfNodeSelector(spec.nodeAffinity?.required, "spec.nodeAffinity.required", warnings);
  const old = {
    photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
    scaleIO: "deprecated in v1.16, non-functional in v1.22+",
    storageos: "deprecated in v1.22, non-functional in v1.25+",
    quobyte: "deprecated in v1.22, non-functional in v1.25+",
    flocker: "deprecated in v1.22, non-functional in v1.25+",
    glusterfs: "deprecated in v1.25, non-functional in v1.26+",
    cephfs: "deprecated in v1.28, non-functional in v1.31+",
    rbd: "deprecated in v1.28, non-functional in v1.31+",
  } as const;
  for (const [source, why] of Object.entries(old)) {
    const field = source === "storageos" ? "storageOS" : source;
    if (spec[source as keyof typeof old] !== undefined) warnings.push(`spec.${field}: ${why}`);
  }
  return warnings;
}
