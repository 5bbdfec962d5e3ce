import { StatusError } from "@skiff/api";
import type { Node, Pod } from "@skiff/api/core/v1";
import { nodes, pods } from "@skiff/api/resources";
import { podReferences } from "../../authorization/node/pod-references.ts";
import { sameContent } from "../../state/same-content.ts";
import type { AdmissionRequest } from "../admission.ts";
import { refusal } from "../refusal.ts";
import type { Rule } from "./node-restriction.ts";

/** The Pod of that name, as stored. */
export type FindPod = (namespace: string, name: string) => Pod | undefined;

const MIRROR = "kubernetes.io/config.mirror";

/** Mirror Pods of its own; status, deletion and eviction of what runs on it. */
export const checkPod: Rule = (request, nodeName, deps) => {
  const { operation, subresource } = request;
  switch (subresource) {
    case "":
      if (operation === "CREATE")
        return checkMirror(request, nodeName, deps.caches.of(nodes).entries.get(nodeName)?.object);
      if (operation === "DELETE") return checkBound(request.old as unknown as Pod, "delete pods");
      throw refusal(
        request,
        `unexpected operation "${operation}", node "${nodeName}" can only create and delete mirror pods`,
      );
    case "status":
      return checkStatus();
    case "eviction": {
      const pod = deps.findPod(request.namespace, request.name);
      if (!pod) throw StatusError.notFound(pods, request.name);
      return checkBound(pod, "evict pods");
    }
    default:
      throw refusal(request, `unexpected pod subresource "${subresource}", only 'status' and 'eviction' are allowed`);
  }

  function checkBound(pod: Pod, what: string): void {
    if (pod.spec.nodeName === nodeName) return;
    throw refusal(request, `node "${nodeName}" can only ${what} with spec.nodeName set to itself`);
  }

  function checkStatus(): void {
    const old = request.old as unknown as Pod;
    const pod = request.object as unknown as Pod;
    checkBound(old, "update pod status for pods");
    if (!sameContent(pod.metadata.labels ?? {}, old.metadata.labels ?? {})) {
      throw refusal(request, `node "${nodeName}" cannot update labels through pod status`);
    }
    if (!sameContent(pod.status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? [])) {
      throw refusal(request, `node "${nodeName}" cannot update resource claim statuses`);
    }
  }
};

/** A mirror of a Pod from a file on the node: bound to it, owned by it, using nothing of the API. */
function checkMirror(request: AdmissionRequest, nodeName: string, stored: object | undefined): void {
  const pod = request.object as unknown as Pod;
  const refuse = (why: string) => refusal(request, `node "${nodeName}" ${why}`);
  if (pod.metadata.annotations?.[MIRROR] === undefined) {
    const why = `pod does not have "${MIRROR}" annotation, node "${nodeName}" can only create mirror pods`;
    throw refusal(request, why);
  }
  if (pod.spec.nodeName !== nodeName) throw refuse("can only create pods with spec.nodeName set to itself");
  const owners = pod.metadata.ownerReferences ?? [];
  if (owners.length > 1) throw refuse("can only create pods with a single owner reference set to itself");
  const [owner] = owners;
  if (owner?.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== nodeName) {
    throw refuse("can only create pods with an owner reference set to itself");
  }
  if (!owner.controller) throw refuse("can only create pods with a controller owner reference set to itself");
  if (owner.blockOwnerDeletion) throw refuse("must not set blockOwnerDeletion on an owner reference");
  if (!stored) throw StatusError.notFound(nodes, nodeName);
  const { uid } = (stored as Node).metadata;
  if (owner.uid !== uid) {
    throw refusal(request, `node ${owner.name} UID mismatch: expected ${owner.uid} got ${uid}`);
  }
  // Of a mirror the references do not count as such, since a node could choose them: here they are what is looked for.
  const used = podReferences({ ...pod, metadata: { ...pod.metadata, annotations: {} } });
  const kinds = [
    ["a service account", Boolean(pod.spec.serviceAccountName)],
    ["secrets", used.secrets.size > 0],
    ["configmaps", used.configmaps.size > 0],
    ["clustertrustbundles", pod.spec.volumes?.some((v) => v.projected?.sources?.some((s) => s.clusterTrustBundle))],
    ["persistentvolumeclaims", used.persistentvolumeclaims.size > 0],
    ["resourceclaims", (pod.spec.resourceClaims ?? []).length > 0],
  ] as const;
  for (const [what, uses] of kinds) {
    if (uses) throw refuse(`can not create pods that reference ${what}`);
  }
}
