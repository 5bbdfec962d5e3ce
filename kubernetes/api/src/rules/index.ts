/** The rules of all kinds that have their own, keyed by type name such as `core/v1.Pod`. */
import {
  mutatingAdmissionPolicyBindingRules,
  mutatingAdmissionPolicyRules,
} from "./admissionregistration/mutating-admission-policy.ts";
import {
  validatingAdmissionPolicyBindingRules,
  validatingAdmissionPolicyRules,
} from "./admissionregistration/validating-admission-policy.ts";
import {
  mutatingWebhookConfigurationRules,
  validatingWebhookConfigurationRules,
} from "./admissionregistration/webhook-configuration.ts";
import { customResourceDefinitionRules } from "./apiextensions/custom-resource-definition.ts";
import { apiServiceRules } from "./apiregistration/api-service.ts";
import { controllerRevisionRules } from "./apps/controller-revision.ts";
import { daemonSetRules } from "./apps/daemon-set.ts";
import { deploymentRules } from "./apps/deployment.ts";
import { replicaSetRules } from "./apps/replica-set.ts";
import { statefulSetRules } from "./apps/stateful-set.ts";
import { horizontalPodAutoscalerRules } from "./autoscaling/horizontal-pod-autoscaler.ts";
import { horizontalPodAutoscalerV1Rules } from "./autoscaling/horizontal-pod-autoscaler-v1.ts";
import { cronJobRules } from "./batch/cron-job.ts";
import { jobRules } from "./batch/job.ts";
import { certificateSigningRequestRules } from "./certificates/certificate-signing-request.ts";
import { leaseRules } from "./coordination/lease.ts";
import { configMapRules } from "./core/config-map.ts";
import { endpointsRules } from "./core/endpoints.ts";
import { limitRangeRules } from "./core/limit-range.ts";
import { namespaceRules } from "./core/namespace.ts";
import { nodeRules } from "./core/node.ts";
import { persistentVolumeRules } from "./core/persistent-volume.ts";
import { persistentVolumeClaimRules } from "./core/persistent-volume-claim.ts";
import { podRules } from "./core/pod.ts";
import { podTemplateRules } from "./core/pod-template.ts";
import { replicationControllerRules } from "./core/replication-controller.ts";
import { resourceQuotaRules } from "./core/resource-quota.ts";
import { secretRules } from "./core/secret.ts";
import { serviceRules } from "./core/service.ts";
import { serviceAccountRules } from "./core/service-account.ts";
import { endpointSliceRules } from "./discovery/endpoint-slice.ts";
import { coreEventRules, eventRules } from "./events/event.ts";
import { flowSchemaRules } from "./flowcontrol/flow-schema.ts";
import { priorityLevelConfigurationRules } from "./flowcontrol/priority-level-configuration.ts";
import type { KindRules } from "./kind-rules.ts";
import { ingressRules } from "./networking/ingress.ts";
import { ingressClassRules } from "./networking/ingress-class.ts";
import { ipAddressRules } from "./networking/ip-address.ts";
import { networkPolicyRules } from "./networking/network-policy.ts";
import { serviceCidrRules } from "./networking/service-cidr.ts";
import { runtimeClassRules } from "./node/runtime-class.ts";
import { podDisruptionBudgetRules } from "./policy/pod-disruption-budget.ts";
import { clusterRoleRules, roleRules } from "./rbac/role.ts";
import { clusterRoleBindingRules, roleBindingRules } from "./rbac/role-binding.ts";
import { deviceClassRules } from "./resource/device-class.ts";
import { resourceClaimRules, resourceClaimTemplateRules } from "./resource/resource-claim.ts";
import { resourceSliceRules } from "./resource/resource-slice.ts";
import { priorityClassRules } from "./scheduling/priority-class.ts";
import { csiDriverRules, csiNodeRules } from "./storage/csi.ts";
import { csiStorageCapacityRules } from "./storage/csi-storage-capacity.ts";
import { storageClassRules } from "./storage/storage-class.ts";
import { volumeAttachmentRules } from "./storage/volume-attachment.ts";
import { volumeAttributesClassRules } from "./storage/volume-attributes-class.ts";

/** A kind's rules with the object type forgotten: callers pass objects of the type the key names. */
export type AnyKindRules = KindRules<object>;

const table: ReadonlyMap<string, AnyKindRules> = new Map<string, AnyKindRules>([
  ["admissionregistration/v1.MutatingAdmissionPolicy", mutatingAdmissionPolicyRules],
  ["admissionregistration/v1.MutatingAdmissionPolicyBinding", mutatingAdmissionPolicyBindingRules],
  ["admissionregistration/v1.MutatingWebhookConfiguration", mutatingWebhookConfigurationRules],
  ["admissionregistration/v1.ValidatingAdmissionPolicy", validatingAdmissionPolicyRules],
  ["admissionregistration/v1.ValidatingAdmissionPolicyBinding", validatingAdmissionPolicyBindingRules],
  ["admissionregistration/v1.ValidatingWebhookConfiguration", validatingWebhookConfigurationRules],
  ["apiextensions/v1.CustomResourceDefinition", customResourceDefinitionRules],
  ["apiregistration/v1.APIService", apiServiceRules],
  ["apps/v1.ControllerRevision", controllerRevisionRules],
  ["apps/v1.DaemonSet", daemonSetRules],
  ["apps/v1.Deployment", deploymentRules],
  ["apps/v1.ReplicaSet", replicaSetRules],
  ["apps/v1.StatefulSet", statefulSetRules],
  ["autoscaling/v1.HorizontalPodAutoscaler", horizontalPodAutoscalerV1Rules],
  ["autoscaling/v2.HorizontalPodAutoscaler", horizontalPodAutoscalerRules],
  ["batch/v1.CronJob", cronJobRules],
  ["batch/v1.Job", jobRules],
  ["certificates/v1.CertificateSigningRequest", certificateSigningRequestRules],
  ["coordination/v1.Lease", leaseRules],
  ["core/v1.ConfigMap", configMapRules],
  ["core/v1.Endpoints", endpointsRules],
  ["core/v1.Event", coreEventRules],
  ["core/v1.LimitRange", limitRangeRules],
  ["core/v1.Namespace", namespaceRules],
  ["core/v1.Node", nodeRules],
  ["core/v1.PersistentVolume", persistentVolumeRules],
  ["core/v1.PersistentVolumeClaim", persistentVolumeClaimRules],
  ["core/v1.Pod", podRules],
  ["core/v1.PodTemplate", podTemplateRules],
  ["core/v1.ReplicationController", replicationControllerRules],
  ["core/v1.ResourceQuota", resourceQuotaRules],
  ["core/v1.Secret", secretRules],
  ["core/v1.Service", serviceRules],
  ["core/v1.ServiceAccount", serviceAccountRules],
  ["discovery/v1.EndpointSlice", endpointSliceRules],
  ["events/v1.Event", eventRules],
  ["flowcontrol/v1.FlowSchema", flowSchemaRules],
  ["flowcontrol/v1.PriorityLevelConfiguration", priorityLevelConfigurationRules],
  ["networking/v1.IPAddress", ipAddressRules],
  ["networking/v1.Ingress", ingressRules],
  ["networking/v1.IngressClass", ingressClassRules],
  ["networking/v1.NetworkPolicy", networkPolicyRules],
  ["networking/v1.ServiceCIDR", serviceCidrRules],
  ["node/v1.RuntimeClass", runtimeClassRules],
  ["policy/v1.PodDisruptionBudget", podDisruptionBudgetRules],
  ["rbac/v1.ClusterRole", clusterRoleRules],
  ["rbac/v1.ClusterRoleBinding", clusterRoleBindingRules],
  ["rbac/v1.Role", roleRules],
  ["rbac/v1.RoleBinding", roleBindingRules],
  ["resource/v1.DeviceClass", deviceClassRules],
  ["resource/v1.ResourceClaim", resourceClaimRules],
  ["resource/v1.ResourceClaimTemplate", resourceClaimTemplateRules],
  ["resource/v1.ResourceSlice", resourceSliceRules],
  ["scheduling/v1.PriorityClass", priorityClassRules],
  ["storage/v1.CSIDriver", csiDriverRules],
  ["storage/v1.CSINode", csiNodeRules],
  ["storage/v1.CSIStorageCapacity", csiStorageCapacityRules],
  ["storage/v1.StorageClass", storageClassRules],
  ["storage/v1.VolumeAttachment", volumeAttachmentRules],
  ["storage/v1.VolumeAttributesClass", volumeAttributesClassRules],
]);

/** The rules of the type `typeName`, or undefined for a kind that has none of its own. */
export function kindRules(typeName: string): AnyKindRules | undefined {
  return table.get(typeName);
}
