/** Tables of networking, access control, scheduling, extension and the other cluster-wide kinds. */
import type * as admission from "../generated/types/admissionregistration/v1.ts";
import type { APIService } from "../generated/types/apiregistration/v1.ts";
import type { CertificateSigningRequest } from "../generated/types/certificates/v1.ts";
import type { Lease } from "../generated/types/coordination/v1.ts";
import type * as flowcontrol from "../generated/types/flowcontrol/v1.ts";
import type * as networking from "../generated/types/networking/v1.ts";
import type { RuntimeClass } from "../generated/types/node/v1.ts";
import type * as rbac from "../generated/types/rbac/v1.ts";
import type { PriorityClass } from "../generated/types/scheduling/v1.ts";
import { duration } from "./age.ts";
import { firstThree, labelSelectorText } from "./cells.ts";
import { ageColumn, type Column, createdColumn, NONE, nameColumn } from "./column.ts";

/** Ingresses. */
export const ingressColumns: readonly Column<networking.Ingress>[] = [
  nameColumn,
  { name: "Class", cell: ({ spec }) => spec.ingressClassName ?? NONE },
  {
    name: "Hosts",
    cell: ({ spec }) =>
      firstThree(
        (spec.rules ?? []).flatMap(({ host }) => host || []),
        "*",
      ),
  },
  {
    name: "Address",
    cell: ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "").join(","),
  },
  { name: "Ports", cell: ({ spec }) => (spec.tls?.length ? "80, 443" : "80") },
  ageColumn,
];

/** Ingress classes. */
export const ingressClassColumns: readonly Column<networking.IngressClass>[] = [
  nameColumn,
  { name: "Controller", cell: ({ spec }) => spec.controller ?? "" },
  {
    name: "Parameters",
    cell: ({ spec }) => {
      const { parameters } = spec;
      if (!parameters) return NONE;
      return `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ""}/${parameters.name}`;
    },
  },
  ageColumn,
];

/** Network policies. */
export const networkPolicyColumns: readonly Column<networking.NetworkPolicy>[] = [
  nameColumn,
  { name: "Pod-Selector", cell: ({ spec }) => labelSelectorText(spec.podSelector) },
  ageColumn,
];

/** IP addresses. */
export const ipAddressColumns: readonly Column<networking.IPAddress>[] = [
  nameColumn,
  {
    name: "ParentRef",
    cell: ({ spec }) => {
      const { resource, group, namespace, name } = spec.parentRef ?? { resource: "", name: "" };
      return [`${resource}${group ? `.${group}` : ""}`, namespace, name].filter(Boolean).join("/");
    },
  },
  ageColumn,
];

/** Service CIDRs. */
export const serviceCidrColumns: readonly Column<networking.ServiceCIDR>[] = [
  nameColumn,
  { name: "CIDRs", cell: ({ spec }) => (spec.cidrs ?? []).join(",") },
  ageColumn,
];

/** Roles and cluster roles. */
export const roleColumns: readonly Column<rbac.Role>[] = [nameColumn, createdColumn];

/** Role bindings and cluster role bindings. */
export const roleBindingColumns: readonly Column<rbac.RoleBinding>[] = [
  nameColumn,
  { name: "Role", cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
  ageColumn,
  { name: "Users", wide: true, cell: (binding) => subjects(binding, "User") },
  { name: "Groups", wide: true, cell: (binding) => subjects(binding, "Group") },
  { name: "ServiceAccounts", wide: true, cell: (binding) => subjects(binding, "ServiceAccount") },
];

function subjects(binding: rbac.RoleBinding, kind: string): string {
  return (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
    .join(", ");
}

/** Certificate signing requests. */
export const certificateSigningRequestColumns: readonly Column<CertificateSigningRequest>[] = [
  nameColumn,
  ageColumn,
  { name: "SignerName", cell: ({ spec }) => spec.signerName },
  { name: "Requestor", cell: ({ spec }) => spec.username ?? "" },
  {
    name: "RequestedDuration",
    cell: ({ spec }) => (spec.expirationSeconds === undefined ? NONE : duration(spec.expirationSeconds * 1000)),
  },
  { name: "Condition", cell: requestCondition },
];

function requestCondition({ status }: CertificateSigningRequest): string {
  const has = (wanted: string) => status?.conditions?.some(({ type }) => type === wanted);
  const words = [has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending"];
  if (has("Failed")) words.push("Failed");
  if (status?.certificate) words.push("Issued");
  return words.join(",");
}

/** Leases. */
export const leaseColumns: readonly Column<Lease>[] = [
  nameColumn,
  { name: "Holder", cell: ({ spec }) => spec.holderIdentity ?? "" },
  ageColumn,
];

/** Priority classes. */
export const priorityClassColumns: readonly Column<PriorityClass>[] = [
  nameColumn,
  { name: "Value", type: "integer", cell: ({ value }) => value },
  { name: "Global-Default", type: "boolean", cell: ({ globalDefault }) => globalDefault ?? false },
  ageColumn,
  { name: "PreemptionPolicy", wide: true, cell: ({ preemptionPolicy }) => preemptionPolicy ?? "" },
];

/** Runtime classes. */
export const runtimeClassColumns: readonly Column<RuntimeClass>[] = [
  nameColumn,
  { name: "Handler", cell: ({ handler }) => handler },
  ageColumn,
];

/** Webhook configurations of both kinds. */
export const webhookColumns: readonly Column<admission.ValidatingWebhookConfiguration>[] = [
  nameColumn,
  { name: "Webhooks", type: "integer", cell: ({ webhooks }) => webhooks?.length ?? 0 },
  ageColumn,
];

function paramKindText({ spec }: { readonly spec: { readonly paramKind?: admission.ParamKind | undefined } }): string {
  return spec.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : "<unset>";
}

/** Validating admission policies. */
export const validatingAdmissionPolicyColumns: readonly Column<admission.ValidatingAdmissionPolicy>[] = [
  nameColumn,
  { name: "Validations", type: "integer", cell: ({ spec }) => spec.validations?.length ?? 0 },
  { name: "ParamKind", cell: paramKindText },
  ageColumn,
];

/** Mutating admission policies. */
export const mutatingAdmissionPolicyColumns: readonly Column<admission.MutatingAdmissionPolicy>[] = [
  nameColumn,
  { name: "Mutations", type: "integer", cell: ({ spec }) => spec.mutations?.length ?? 0 },
  { name: "ParamKind", cell: paramKindText },
  ageColumn,
];

type AdmissionPolicyBinding = admission.MutatingAdmissionPolicyBinding | admission.ValidatingAdmissionPolicyBinding;

/** Bindings of admission policies, of both kinds. */
export const admissionPolicyBindingColumns: readonly Column<AdmissionPolicyBinding>[] = [
  nameColumn,
  { name: "PolicyName", cell: ({ spec }) => spec.policyName ?? "" },
  {
    name: "ParamRef",
    cell: ({ spec }) => {
      const { paramRef } = spec;
      if (!paramRef) return "<unset>";
      if (!paramRef.name) return labelSelectorText(paramRef.selector);
      return [paramRef.namespace, paramRef.name].filter(Boolean).join("/");
    },
  },
  ageColumn,
];

/** Custom resource definitions. */
export const customResourceDefinitionColumns = [nameColumn, createdColumn];

/** API services. */
export const apiServiceColumns: readonly Column<APIService>[] = [
  nameColumn,
  { name: "Service", cell: ({ spec }) => (spec.service ? `${spec.service.namespace}/${spec.service.name}` : "Local") },
  {
    name: "Available",
    cell: ({ status }) => {
      const available = status?.conditions?.find(({ type }) => type === "Available");
      if (!available) return "Unknown";
      return available.status === "True" ? "True" : `${available.status} (${available.reason ?? ""})`;
    },
  },
  ageColumn,
];

/** Flow schemas. */
export const flowSchemaColumns: readonly Column<flowcontrol.FlowSchema>[] = [
  nameColumn,
  { name: "PriorityLevel", cell: ({ spec }) => spec.priorityLevelConfiguration.name },
  { name: "MatchingPrecedence", type: "integer", cell: ({ spec }) => spec.matchingPrecedence ?? 1000 },
  { name: "DistinguisherMethod", cell: ({ spec }) => spec.distinguisherMethod?.type ?? NONE },
  ageColumn,
  {
    name: "MissingPL",
    cell: ({ status }) => status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?",
  },
];

/** Priority level configurations. */
export const priorityLevelColumns: readonly Column<flowcontrol.PriorityLevelConfiguration>[] = [
  nameColumn,
  { name: "Type", cell: ({ spec }) => spec.type },
  { name: "NominalConcurrencyShares", cell: ({ spec }) => spec.limited?.nominalConcurrencyShares ?? NONE },
  { name: "Queues", cell: ({ spec }) => spec.limited?.limitResponse?.queuing?.queues ?? NONE },
  { name: "HandSize", cell: ({ spec }) => spec.limited?.limitResponse?.queuing?.handSize ?? NONE },
  { name: "QueueLengthLimit", cell: ({ spec }) => spec.limited?.limitResponse?.queuing?.queueLengthLimit ?? NONE },
  ageColumn,
];
