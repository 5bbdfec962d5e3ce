import type { PersistentVolume, PersistentVolumeClaim, Pod } from "@skiff/api/core/v1";

/**
 * Whether the Pod keeps the claim: it names it, or owns it through an ephemeral volume, and has a node. One without a
 * node does not: no kubelet starts a Pod with a claim that is being deleted.
 */
export function usesClaim(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if (!pod.spec.nodeName || pod.metadata.namespace !== claim.metadata.namespace) return false;
  const { name } = claim.metadata;
  return (pod.spec.volumes ?? []).some(
    (volume) =>
      volume.persistentVolumeClaim?.claimName === name ||
      (volume.ephemeral !== undefined && `${pod.metadata.name}-${volume.name}` === name),
  );
}

/** The attributes classes a claim has, wants or is getting. */
export function classesOfClaim({ spec, status }: PersistentVolumeClaim): readonly string[] {
  const { currentVolumeAttributesClassName, modifyVolumeStatus } = status ?? {};
  const names = [
    spec?.volumeAttributesClassName,
    currentVolumeAttributesClassName,
    modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return names.filter((name) => name !== undefined && name !== "") as string[];
}

/** Whether a claim has the volume. */
export function isBound({ status }: PersistentVolume): boolean {
  return status?.phase === "Bound";
}
