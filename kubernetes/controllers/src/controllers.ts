import { certificateApprovingController } from "./certificates/approving.ts";
import { certificateCleaningController } from "./certificates/cleaning.ts";
import { certificateSigningController } from "./certificates/signing.ts";
import { clusterRoleAggregationController } from "./clusterrole-aggregation/clusterrole-aggregation.ts";
import type { ControllerFactory } from "./controller.ts";
import { cronJobController } from "./cronjob/cronjob.ts";
import { daemonSetController } from "./daemonset/daemonset.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { disruptionController } from "./disruption/disruption.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { endpointSliceController } from "./endpointslice/endpointslice.ts";
import { garbageCollector } from "./garbage-collector/garbage-collector.ts";
import { jobController } from "./job/job.ts";
import { namespaceController } from "./namespace/namespace.ts";
import { nodeIpamController } from "./node-ipam/node-ipam.ts";
import { nodeLifecycleController } from "./node-lifecycle/node-lifecycle.ts";
import { podGcController } from "./pod-gc/pod-gc.ts";
import { replicaSetController } from "./replicaset/replicaset.ts";
import { replicationControllerController } from "./replication-controller/replication-controller.ts";
import { resourceQuotaController } from "./resource-quota/resource-quota.ts";
import { rootCaController } from "./root-ca/root-ca.ts";
import { serviceAccountTokenController } from "./service-account-token/service-account-token.ts";
import { serviceAccountController } from "./serviceaccount/serviceaccount.ts";
import { statefulSetController } from "./statefulset/statefulset.ts";
import {
  attributesClassProtectionController,
  claimProtectionController,
  volumeProtectionController,
} from "./storage-protection/storage-protection.ts";
import { taintEvictionController } from "./taint-eviction/taint-eviction.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished/ttl-after-finished.ts";
import { claimBinderController, volumePhaseController } from "./volume-binder/volume-binder.ts";

/** Every controller that runs, each independent of the others. */
export const controllers: readonly ControllerFactory[] = [
  namespaceController,
  serviceAccountController,
  serviceAccountTokenController,
  rootCaController,
  clusterRoleAggregationController,
  certificateApprovingController,
  certificateSigningController,
  certificateCleaningController,
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  replicationControllerController,
  jobController,
  cronJobController,
  ttlAfterFinishedController,
  endpointsController,
  endpointSliceController,
  garbageCollector,
  nodeIpamController,
  nodeLifecycleController,
  taintEvictionController,
  podGcController,
  disruptionController,
  resourceQuotaController,
  claimBinderController,
  volumePhaseController,
  claimProtectionController,
  volumeProtectionController,
  attributesClassProtectionController,
];
