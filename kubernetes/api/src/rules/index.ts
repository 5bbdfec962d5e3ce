/** The rules of all kinds that have their own, keyed by type name such as `core/v1.Pod`. */
import { configMapRules } from "./core/config-map.ts";
import { endpointsRules } from "./core/endpoints.ts";
import { namespaceRules } from "./core/namespace.ts";
import { nodeRules } from "./core/node.ts";
import { persistentVolumeClaimRules } from "./core/persistent-volume-claim.ts";
import { podRules } from "./core/pod.ts";
import { podTemplateRules } from "./core/pod-template.ts";
import { secretRules } from "./core/secret.ts";
import { serviceAccountRules } from "./core/service-account.ts";
import type { KindRules } from "./kind-rules.ts";

/** A kind's rules with the object type forgotten: callers pass objects of the type the key names. */
export type AnyKindRules = KindRules<object>;

const table: ReadonlyMap<string, AnyKindRules> = new Map<string, AnyKindRules>([
  ["core/v1.ConfigMap", configMapRules],
  ["core/v1.Endpoints", endpointsRules],
  ["core/v1.Namespace", namespaceRules],
  ["core/v1.Node", nodeRules],
  ["core/v1.PersistentVolumeClaim", persistentVolumeClaimRules],
  ["core/v1.Pod", podRules],
  ["core/v1.PodTemplate", podTemplateRules],
  ["core/v1.Secret", secretRules],
  ["core/v1.ServiceAccount", serviceAccountRules],
]);

/** The rules of the type `typeName`, or undefined for a kind that has none of its own. */
export function kindRules(typeName: string): AnyKindRules | undefined {
  return table.get(typeName);
}
