import type { Pod, PodSpec } from "@skiff/api/core/v1";

/** The kinds of objects a Pod brings to its node. */
export type Referenced = "secrets" | "configmaps" | "persistentvolumeclaims" | "serviceaccounts" | "resourceclaims";

/** The names, within the Pod's namespace, of what a Pod makes its node need. */
export type PodReferences = Readonly<Record<Referenced, ReadonlySet<string>>>;

const known = new WeakMap<Pod, PodReferences>();

/** What a Pod refers to. Mirror Pods refer to nothing: a node makes those, and would else choose what it may read. */
export function podReferences(pod: Pod): PodReferences {
  let references = known.get(pod);
  if (references === undefined) {
    references = collect(pod);
    known.set(pod, references);
  }
  return references;
}

function collect(pod: Pod): PodReferences {
  const found = {
    secrets: new Set<string>(),
    configmaps: new Set<string>(),
    persistentvolumeclaims: new Set<string>(),
    serviceaccounts: new Set<string>(),
    resourceclaims: new Set<string>(),
  };
  if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return found;
  const { spec } = pod;
  const add = (kind: Referenced, name: string | undefined) => {
    if (name) found[kind].add(name);
  };
  add("serviceaccounts", spec.serviceAccountName);
  for (const { name } of spec.imagePullSecrets ?? []) add("secrets", name);
  fromContainers(spec, add);
  fromVolumes(pod, add);
  for (const { name, resourceClaimName } of spec.resourceClaims ?? []) {
    const made = pod.status?.resourceClaimStatuses?.find((status) => status.name === name)?.resourceClaimName;
    add("resourceclaims", resourceClaimName ?? made);
  }
  return found;
}

type Add = (kind: Referenced, name: string | undefined) => void;

function fromContainers(spec: PodSpec, add: Add): void {
  for (const container of [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      add("configmaps", configMapRef?.name);
      add("secrets", secretRef?.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      add("configmaps", valueFrom?.configMapKeyRef?.name);
      add("secrets", valueFrom?.secretKeyRef?.name);
    }
  }
}

function fromVolumes(pod: Pod, add: Add): void {
  for (const volume of pod.spec.volumes ?? []) {
    add("configmaps", volume.configMap?.name);
    add("secrets", volume.secret?.secretName);
    add("persistentvolumeclaims", volume.persistentVolumeClaim?.claimName);
    if (volume.ephemeral) add("persistentvolumeclaims", `${pod.metadata.name}-${volume.name}`);
    for (const { configMap, secret } of volume.projected?.sources ?? []) {
      add("configmaps", configMap?.name);
      add("secrets", secret?.name);
    }
    const { azureFile, cephfs, csi, flexVolume, iscsi, rbd, scaleIO, storageos } = volume;
    add("secrets", azureFile?.secretName);
    for (const reference of [
      cephfs?.secretRef,
      csi?.nodePublishSecretRef,
      flexVolume?.secretRef,
      iscsi?.secretRef,
      rbd?.secretRef,
      scaleIO?.secretRef,
      storageos?.secretRef,
    ]) {
      add("secrets", reference?.name);
    }
  }
}
