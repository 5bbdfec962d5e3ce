import { rbacEscalation } from "../authorization/rbac/escalation.ts";
import type { Server } from "../server-parts.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { certificateApproval } from "./certificate-approval/certificate-approval.ts";
import { certificateSigning } from "./certificate-signing/certificate-signing.ts";
import { certificateSubjectRestriction } from "./certificate-subject-restriction/certificate-subject-restriction.ts";
import { defaultIngressClass } from "./default-ingress-class/default-ingress-class.ts";
import { defaultStorageClass } from "./default-storage-class/default-storage-class.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds/default-toleration-seconds.ts";
import { limitRanger } from "./limit-ranger/limit-ranger.ts";
import { mutatingAdmissionPolicy } from "./mutating-admission-policy/mutating-admission-policy.ts";
import { mutatingWebhooks } from "./mutating-webhooks/mutating-webhooks.ts";
import { namespaceLifecycle } from "./namespace-lifecycle/namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction/node-restriction.ts";
import { persistentVolumeClaimResize } from "./persistent-volume-claim-resize/persistent-volume-claim-resize.ts";
import { podSecurity } from "./pod-security/pod-security.ts";
import { podTopologyLabels } from "./pod-topology-labels/pod-topology-labels.ts";
import { expressionCheck } from "./policies/expression-check.ts";
import { priority } from "./priority/priority.ts";
import { resourceQuota } from "./resource-quota/resource-quota.ts";
import { runtimeClass } from "./runtime-class/runtime-class.ts";
import { serviceAccount } from "./service-account/service-account.ts";
import { storageObjectInUseProtection } from "./storage-object-in-use-protection/storage-object-in-use-protection.ts";
import { taintNodesByCondition } from "./taint-nodes-by-condition/taint-nodes-by-condition.ts";
import { validatingAdmissionPolicy } from "./validating-admission-policy/validating-admission-policy.ts";
import { validatingWebhooks } from "./validating-webhooks/validating-webhooks.ts";
import { matchConditions } from "./webhooks/match-conditions.ts";

/** What the plugins read, and the writer with which the quota is kept. */
export type AdmissionDeps = Pick<
  Server,
  "caches" | "served" | "writer" | "authorizer" | "webhooks" | "metrics" | "clock" | "log" | "options"
>;

/** The admission plugins in the order they run. */
export function admissionPlugins(deps: AdmissionDeps): readonly AdmissionPlugin[] {
  return [
    namespaceLifecycle(deps),
    limitRanger(deps),
    serviceAccount(deps),
    nodeRestriction(deps),
    taintNodesByCondition(),
    podSecurity(deps),
    priority(deps),
    defaultTolerationSeconds(),
    defaultStorageClass(deps),
    storageObjectInUseProtection(),
    persistentVolumeClaimResize(deps),
    runtimeClass(deps),
    certificateApproval(deps),
    certificateSigning(deps),
    certificateSubjectRestriction(),
    defaultIngressClass(deps),
    podTopologyLabels(deps),
    // Policies and webhooks see what all others have made of the object; the quota counts what has passed everything.
    expressionCheck(),
    mutatingAdmissionPolicy(deps),
    mutatingWebhooks({ ...deps, conditions: matchConditions(deps) }),
    rbacEscalation(deps),
    validatingAdmissionPolicy(deps),
    validatingWebhooks({ ...deps, conditions: matchConditions(deps) }),
    resourceQuota(deps),
  ];
}
