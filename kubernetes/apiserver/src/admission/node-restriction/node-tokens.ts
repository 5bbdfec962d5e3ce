import { StatusError } from "@skiff/api";
import type { TokenRequest } from "@skiff/api/authentication/v1";
import type { Pod } from "@skiff/api/core/v1";
import { csiDrivers, persistentVolumeClaims, persistentVolumes, pods } from "@skiff/api/resources";
import { refusal } from "../refusal.ts";
import type { NodeRuleDeps, Rule } from "./node-restriction.ts";

/** Tokens for Pods that run on it, and for the audiences those Pods' volumes name. */
export const checkToken: Rule = (request, nodeName, deps) => {
  if (request.operation !== "CREATE" || request.subresource !== "token") return;
  const { spec } = request.object as unknown as TokenRequest;
  const ref = spec.boundObjectRef;
  if (ref?.apiVersion !== "v1" || ref.kind !== "Pod" || !ref.name) {
    throw refusal(request, "node requested token not bound to a pod");
  }
  if (!ref.uid) throw refusal(request, "node requested token with a pod binding without a uid");
  const pod = deps.findPod(request.namespace, ref.name);
  if (!pod) throw StatusError.notFound(pods, ref.name);
  if (pod.metadata.uid !== ref.uid) {
    const why = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw refusal(request, why);
  }
  if (pod.spec.nodeName !== nodeName) {
    throw refusal(request, "node requested token bound to a pod scheduled on a different node");
  }
  const audiences = spec.audiences ?? [];
  if (audiences.length > 1) throw refusal(request, "node may only request 0 or 1 audiences");
  const [audience = ""] = audiences;
  if (audiencesOf(pod, deps).has(audience)) return;
  const why = `audience "${audience}" not found in pod spec volume, ${request.user.name} is not authorized to request tokens for this audience`;
  throw refusal(request, why);
};

/** What the Pod's volumes need tokens for: projected ones name it, those of drivers have it from their driver. */
function audiencesOf(pod: Pod, { caches }: NodeRuleDeps): Set<string> {
  const audiences = new Set<string>();
  const addDriver = (name: string | undefined) => {
    const driver = name && caches.of(csiDrivers).entries.get(name)?.object;
    const spec = driver && (driver.spec as { tokenRequests?: readonly { audience?: string }[] } | undefined);
    for (const { audience = "" } of (spec || undefined)?.tokenRequests ?? []) audiences.add(audience);
  };
  for (const { name, projected, csi, ephemeral, persistentVolumeClaim } of pod.spec.volumes ?? []) {
    for (const { serviceAccountToken } of projected?.sources ?? []) {
      if (serviceAccountToken) audiences.add(serviceAccountToken.audience ?? "");
    }
    addDriver(csi?.driver);
    const claimName = persistentVolumeClaim?.claimName ?? (ephemeral && `${pod.metadata.name}-${name}`);
    if (!claimName) continue;
    const claim = caches.of(persistentVolumeClaims).entries.get(`${pod.metadata.namespace}/${claimName}`)?.object;
    const { volumeName } = (claim?.spec ?? {}) as { volumeName?: string };
    const volume = volumeName && caches.of(persistentVolumes).entries.get(volumeName)?.object;
    if (volume) addDriver((volume.spec as { csi?: { driver?: string } } | undefined)?.csi?.driver);
  }
  return audiences;
}
