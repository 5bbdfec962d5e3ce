/** The columns of every kind that has more to show than its name and age. */
import * as cluster from "./cluster.ts";
import { ageColumn, type Columns, nameColumn } from "./column.ts";
import * as configuration from "./core-configuration.ts";
import * as services from "./core-services.ts";
import * as pods from "./core-workloads.ts";
import * as devices from "./devices.ts";
import * as storage from "./storage.ts";
import * as workloads from "./workloads.ts";

const table: Readonly<Record<string, Columns>> = {
  "admissionregistration/v1.MutatingAdmissionPolicy": cluster.mutatingAdmissionPolicyColumns,
  "admissionregistration/v1.MutatingAdmissionPolicyBinding": cluster.admissionPolicyBindingColumns,
  "admissionregistration/v1.MutatingWebhookConfiguration": cluster.webhookColumns,
  "admissionregistration/v1.ValidatingAdmissionPolicy": cluster.validatingAdmissionPolicyColumns,
  "admissionregistration/v1.ValidatingAdmissionPolicyBinding": cluster.admissionPolicyBindingColumns,
  "admissionregistration/v1.ValidatingWebhookConfiguration": cluster.webhookColumns,
  "apiextensions/v1.CustomResourceDefinition": cluster.customResourceDefinitionColumns,
  "apiregistration/v1.APIService": cluster.apiServiceColumns,
  "apps/v1.ControllerRevision": workloads.controllerRevisionColumns,
  "apps/v1.DaemonSet": workloads.daemonSetColumns,
  "apps/v1.Deployment": workloads.deploymentColumns,
  "apps/v1.ReplicaSet": workloads.replicaSetColumns,
  "apps/v1.StatefulSet": workloads.statefulSetColumns,
  "autoscaling/v1.HorizontalPodAutoscaler": workloads.horizontalPodAutoscalerV1Columns,
  "autoscaling/v1.Scale": workloads.scaleColumns,
  "autoscaling/v2.HorizontalPodAutoscaler": workloads.horizontalPodAutoscalerColumns,
  "batch/v1.CronJob": workloads.cronJobColumns,
  "batch/v1.Job": workloads.jobColumns,
  "certificates/v1.CertificateSigningRequest": cluster.certificateSigningRequestColumns,
  "coordination/v1.Lease": cluster.leaseColumns,
  "core/v1.ComponentStatus": configuration.componentStatusColumns,
  "core/v1.ConfigMap": configuration.configMapColumns,
  "core/v1.Endpoints": services.endpointsColumns,
  "core/v1.Event": configuration.eventColumns,
  "core/v1.LimitRange": configuration.limitRangeColumns,
  "core/v1.Namespace": configuration.namespaceColumns,
  "core/v1.Node": pods.nodeColumns,
  "core/v1.PersistentVolume": storage.persistentVolumeColumns,
  "core/v1.PersistentVolumeClaim": storage.persistentVolumeClaimColumns,
  "core/v1.Pod": pods.podColumns,
  "core/v1.PodTemplate": pods.podTemplateColumns,
  "core/v1.ReplicationController": pods.replicationControllerColumns,
  "core/v1.ResourceQuota": configuration.resourceQuotaColumns,
  "core/v1.Secret": configuration.secretColumns,
  "core/v1.Service": services.serviceColumns,
  "core/v1.ServiceAccount": configuration.serviceAccountColumns,
  "discovery/v1.EndpointSlice": services.endpointSliceColumns,
  "events/v1.Event": configuration.eventV1Columns,
  "flowcontrol/v1.FlowSchema": cluster.flowSchemaColumns,
  "flowcontrol/v1.PriorityLevelConfiguration": cluster.priorityLevelColumns,
  "networking/v1.IPAddress": cluster.ipAddressColumns,
  "networking/v1.Ingress": cluster.ingressColumns,
  "networking/v1.IngressClass": cluster.ingressClassColumns,
  "networking/v1.NetworkPolicy": cluster.networkPolicyColumns,
  "networking/v1.ServiceCIDR": cluster.serviceCidrColumns,
  "node/v1.RuntimeClass": cluster.runtimeClassColumns,
  "policy/v1.PodDisruptionBudget": workloads.podDisruptionBudgetColumns,
  "rbac/v1.ClusterRole": cluster.roleColumns,
  "rbac/v1.ClusterRoleBinding": cluster.roleBindingColumns,
  "rbac/v1.Role": cluster.roleColumns,
  "rbac/v1.RoleBinding": cluster.roleBindingColumns,
  "resource/v1.ResourceClaim": devices.resourceClaimColumns,
  "resource/v1.ResourceSlice": devices.resourceSliceColumns,
  "scheduling/v1.PriorityClass": cluster.priorityClassColumns,
  "storage/v1.CSIDriver": storage.csiDriverColumns,
  "storage/v1.CSINode": storage.csiNodeColumns,
  "storage/v1.CSIStorageCapacity": storage.csiStorageCapacityColumns,
  "storage/v1.StorageClass": storage.storageClassColumns,
  "storage/v1.VolumeAttachment": storage.volumeAttachmentColumns,
  "storage/v1.VolumeAttributesClass": storage.volumeAttributesClassColumns,
};

const nameAndAge: Columns = [nameColumn, ageColumn];

/** The columns of a type. Kinds without columns of their own, custom ones included, show name and age. */
export function columnsOf(typeName: string): Columns {
  return table[typeName] ?? nameAndAge;
}
