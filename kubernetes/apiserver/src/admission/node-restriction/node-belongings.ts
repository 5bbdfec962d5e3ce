/** What else is a node's: its Lease, its CSINode, its ResourceSlices, and how far its volumes have grown. */
import type { PersistentVolumeClaim } from "@skiff/api/core/v1";
import type { ResourceSlice } from "@skiff/api/resource/v1";
import { sameContent } from "../../state/same-content.ts";
import { refusal } from "../refusal.ts";
import type { Rule } from "./node-restriction.ts";

const LEASES = "kube-node-lease";

/** The Lease by which it says that it lives. */
export const checkLease: Rule = (request, nodeName) => {
  if (request.namespace !== LEASES) {
    throw refusal(request, `can only access leases in the "${LEASES}" system namespace`);
  }
  if ((request.name || request.object?.metadata.name) === nodeName) return;
  throw refusal(request, "can only access node lease with the same name as the requesting node");
};

/** The drivers registered on it. */
export const checkCsiNode: Rule = (request, nodeName) => {
  if ((request.name || request.object?.metadata.name) === nodeName) return;
  throw refusal(request, "can only access CSINode with the same name as the requesting node");
};

/** The devices of its drivers. */
export const checkResourceSlice: Rule = (request, nodeName) => {
  const { operation, object, old } = request;
  const what = operation === "CREATE" ? "create" : operation === "DELETE" ? "delete" : "update";
  const { spec } = (old ?? object ?? {}) as Partial<ResourceSlice>;
  if (spec?.nodeName === nodeName) return;
  throw refusal(request, `can only ${what} ResourceSlice with the same NodeName as the requesting node`);
};

/** Of a claim, what the node alone can know: how large the file system is and how its resizing goes. */
export const checkClaimStatus: Rule = (request, nodeName) => {
  if (request.subresource !== "status") throw refusal(request, "may only update PVC status");
  if (request.operation !== "UPDATE") throw refusal(request, `unexpected operation "${request.operation}"`);
  const rest = ({ metadata, status, ...other }: PersistentVolumeClaim) => {
    const { managedFields: _managed, resourceVersion: _version, ...meta } = metadata;
    const { capacity: _size, conditions: _conditions, allocatedResourceStatuses: _resizing, ...kept } = status ?? {};
    const { currentVolumeAttributesClassName: _class, modifyVolumeStatus: _modify, ...unchanged } = kept;
    return { ...other, metadata: meta, status: unchanged };
  };
  const old = rest(request.old as unknown as PersistentVolumeClaim);
  if (sameContent(rest(request.object as unknown as PersistentVolumeClaim), old)) return;
  const why = `node "${nodeName}" is not allowed to update fields other than status.quantity and status.conditions`;
  throw refusal(request, why);
};
