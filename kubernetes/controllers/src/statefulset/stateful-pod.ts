import type { ControllerRevision, StatefulSet } from "@skiff/api/apps/v1";
import type { PersistentVolumeClaim, Pod } from "@skiff/api/core/v1";
import { statefulSets } from "@skiff/api/resources";
import { podFrom } from "../pod-maker.ts";
import { REVISION_HASH, templateOf } from "../revisions.ts";

/** The pod of an ordinal: its name, host name and claims are always the same, so that it finds again what it left. */
export function statefulPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): Pod {
  const template = templateOf(revision);
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = {
    ...template.metadata?.labels,
    "apps.kubernetes.io/pod-index": String(ordinal),
    [REVISION_HASH]: revision.metadata.name,
    "statefulset.kubernetes.io/pod-name": name,
  };
  const pod = podFrom(statefulSets, set, template, { name, labels });
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => {
    return { name: metadata.name, persistentVolumeClaim: { claimName: `${metadata.name}-${name}` } };
  });
  const claimed = new Set(claims.map((claim) => claim.name));
  const others = (pod.spec.volumes ?? []).filter((volume) => !claimed.has(volume.name));
  const { serviceName } = set.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
      ...(claims.length + others.length > 0 ? { volumes: [...claims, ...others] } : {}),
    },
  };
}

/** The claims of the pod with this ordinal, to be made before it. They outlive it. */
export function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: `${metadata.name}-${set.metadata.name}-${ordinal}`,
      namespace: set.metadata.namespace,
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
    },
    spec,
  }));
}
