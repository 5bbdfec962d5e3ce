import type { Deployment, ReplicaSet } from "@skiff/api/apps/v1";
import type { PodTemplateSpec } from "@skiff/api/core/v1";
import { deployments } from "@skiff/api/resources";
import { sameValue } from "../canonical-json.ts";
import { controllerReference } from "../owner-reference.ts";
import { templateHash } from "../template-hash.ts";
import {
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  maxSurge,
  oldestFirst,
  REVISION,
  REVISION_HISTORY,
  replicasOf,
  revisionOf,
} from "./sizes.ts";

export const TEMPLATE_HASH = "pod-template-hash";

/** Annotations that belong to one object and are not handed down from a Deployment to its sets. */
const OWN_ANNOTATIONS = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.revision",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
]);

/** The set that runs the Deployment's present template; the oldest, should there be several. */
export function findCurrent(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets.toSorted(oldestFirst).find((set) => isOfTemplate(set, deployment.spec.template));
}

/** Whether `set` runs `template`, the hash label aside. */
export function isOfTemplate(set: ReplicaSet, template: PodTemplateSpec): boolean {
  return sameValue(withoutHash(set.spec.template ?? {}), withoutHash(template));
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  if (!template.metadata?.labels?.[TEMPLATE_HASH]) return template;
  const { [TEMPLATE_HASH]: _, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The set to be made for the present template, of no pods yet. */
export function makeCurrent(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  const set: ReplicaSet = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      ownerReferences: [controllerReference(deployments, deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  return sized(deployment, marked(deployment, set, old), 0);
}

/** `set` as the Deployment's current one: next in the line of revisions, with the Deployment's annotations. */
export function marked(deployment: Deployment, set: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet {
  const annotations: Record<string, string> = { ...set.metadata.annotations };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!OWN_ANNOTATIONS.has(name)) annotations[name] = value;
  }
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const before = annotations[REVISION];
  if (revisionOf(set) < revision) {
    annotations[REVISION] = String(revision);
    if (before) annotations[REVISION_HISTORY] = [annotations[REVISION_HISTORY], before].filter(Boolean).join(",");
  }
  const minReadySeconds = deployment.spec.minReadySeconds || undefined;
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } };
}

/** `set` with `replicas`, noting for which size of the Deployment that is right. */
export function sized(deployment: Deployment, set: ReplicaSet, replicas: number): ReplicaSet {
  const wanted = replicasOf(deployment);
  const annotations = {
    ...set.metadata.annotations,
    [DESIRED_REPLICAS]: String(wanted),
    [MAX_REPLICAS]: String(wanted + maxSurge(deployment)),
  };
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
}
