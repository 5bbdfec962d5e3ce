import type { PersistentVolume, PersistentVolumeClaim, Pod } from "@skiff/api/core/v1";
import type { ResourceSlice } from "@skiff/api/resource/v1";
import {
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  resourceSlices,
  volumeAttachments,
} from "@skiff/api/resources";
import type { VolumeAttachment } from "@skiff/api/storage/v1";
import type { Caches } from "../../state/caches.ts";
import { podReferences, type Referenced } from "./pod-references.ts";

/** Which objects a node has to do with, through the Pods bound to it. */
export interface NodeGraph {
  /** Whether the node is related to the object of this resource. */
  related(node: string, plural: string, namespace: string, name: string): boolean;
}

/** A graph that follows the caches: the Pods of each node are kept, what they refer to is looked up when asked for. */
export function createNodeGraph(caches: Caches): NodeGraph {
  const podCache = caches.of(pods);
  const claims = caches.of(persistentVolumeClaims);
  const volumes = caches.of(persistentVolumes);
  const nodeOf = new Map<string, string>();
  const podsOf = new Map<string, Set<string>>();
  const dirty = new Set<string>();
  for (const entry of podCache.entries.under("")) dirty.add(entry.key);
  podCache.onChange((key) => dirty.add(key));

  const takeIn = () => {
    for (const key of dirty) {
      const before = nodeOf.get(key);
      const node = (podCache.entries.get(key)?.object as unknown as Pod | undefined)?.spec.nodeName ?? "";
      if (before === node) continue;
      if (before !== undefined) {
        const left = podsOf.get(before);
        left?.delete(key);
        if (left?.size === 0) podsOf.delete(before);
      }
      nodeOf.delete(key);
      if (node === "") continue;
      nodeOf.set(key, node);
      const present = podsOf.get(node) ?? new Set();
      podsOf.set(node, present.add(key));
    }
    dirty.clear();
  };

  const podsOn = function* (node: string, namespace?: string): IterableIterator<Pod> {
    const prefix = namespace === undefined ? "" : `${namespace}/`;
    for (const key of podsOf.get(node) ?? []) {
      if (!key.startsWith(prefix)) continue;
      const pod = podCache.entries.get(key)?.object as unknown as Pod | undefined;
      if (pod) yield pod;
    }
  };

  const refers = (node: string, kind: Referenced, namespace: string, name: string): boolean => {
    for (const pod of podsOn(node, namespace)) if (podReferences(pod)[kind].has(name)) return true;
    return false;
  };

  /** The volumes behind the claims of the node's Pods. */
  const volumesOn = function* (node: string): IterableIterator<PersistentVolume> {
    for (const pod of podsOn(node)) {
      for (const claim of podReferences(pod).persistentvolumeclaims) {
        const { namespace } = pod.metadata;
        const found = claims.entries.get(`${namespace}/${claim}`)?.object as unknown as
          | PersistentVolumeClaim
          | undefined;
        const volume = volumes.entries.get(found?.spec?.volumeName ?? "")?.object as unknown as
          | PersistentVolume
          | undefined;
        if (volume && volume.spec.claimRef?.name === claim && volume.spec.claimRef.namespace === namespace)
          yield volume;
      }
    }
  };

  return {
    related(node, plural, namespace, name) {
      takeIn();
      switch (plural) {
        case "pods":
          return nodeOf.get(`${namespace}/${name}`) === node;
        case "secrets":
          if (refers(node, "secrets", namespace, name)) return true;
          for (const volume of volumesOn(node)) if (volumeSecrets(volume).has(`${namespace}/${name}`)) return true;
          return false;
        case "configmaps":
        case "persistentvolumeclaims":
        case "serviceaccounts":
        case "resourceclaims":
          return refers(node, plural, namespace, name);
        case "persistentvolumes":
          for (const volume of volumesOn(node)) if (volume.metadata.name === name) return true;
          return false;
        case "volumeattachments": {
          const found = caches.of(volumeAttachments).entries.get(name)?.object as unknown as
            | VolumeAttachment
            | undefined;
          return found?.spec?.nodeName === node;
        }
        case "resourceslices": {
          const found = caches.of(resourceSlices).entries.get(name)?.object as unknown as ResourceSlice | undefined;
          return found?.spec?.nodeName === node;
        }
        default:
          return false;
      }
    },
  };
}

/** The Secrets, as `namespace/name`, that mounting a volume takes; those without a namespace are in the claim's. */
function volumeSecrets({ spec }: PersistentVolume): ReadonlySet<string> {
  const fallback = spec.claimRef?.namespace ?? "";
  const names = new Set<string>();
  const add = (
    reference: { readonly name?: string | undefined; readonly namespace?: string | undefined } | undefined,
  ) => {
    if (reference?.name) names.add(`${reference.namespace || fallback}/${reference.name}`);
  };
  const { csi } = spec;
  for (const reference of [
    csi?.nodeStageSecretRef,
    csi?.nodePublishSecretRef,
    csi?.nodeExpandSecretRef,
    spec.cephfs?.secretRef,
    spec.flexVolume?.secretRef,
    spec.iscsi?.secretRef,
    spec.rbd?.secretRef,
    spec.scaleIO?.secretRef,
    spec.storageos?.secretRef,
  ]) {
    add(reference);
  }
  if (spec.azureFile) add({ name: spec.azureFile.secretName, namespace: spec.azureFile.secretNamespace });
  return names;
}
