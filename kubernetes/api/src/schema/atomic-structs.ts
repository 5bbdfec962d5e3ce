/**
 * Structs that are owned and replaced whole, wherever they appear (`+structType=atomic` at the Go type, which the type
 * table has only for fields). A field may say otherwise.
 */
const ATOMIC: ReadonlySet<string> = new Set([
  "admissionregistration/v1.MatchResources",
  "admissionregistration/v1.NamedRuleWithOperations",
  "admissionregistration/v1.ParamKind",
  "admissionregistration/v1.ParamRef",
  "autoscaling/v1.CrossVersionObjectReference",
  "core/v1.ConfigMapKeySelector",
  "core/v1.EndpointAddress",
  "core/v1.EndpointPort",
  "core/v1.FileKeySelector",
  "core/v1.LocalObjectReference",
  "core/v1.NodeSelector",
  "core/v1.NodeSelectorTerm",
  "core/v1.ObjectFieldSelector",
  "core/v1.ObjectReference",
  "core/v1.ResourceFieldSelector",
  "core/v1.ScopeSelector",
  "core/v1.ScopedResourceSelectorRequirement",
  "core/v1.SecretKeySelector",
  "core/v1.SecretReference",
  "core/v1.TopologySelectorTerm",
  "core/v1.TypedLocalObjectReference",
  "discovery/v1.EndpointPort",
  "meta/v1.LabelSelector",
  "meta/v1.OwnerReference",
  "networking/v1.ServiceBackendPort",
  "rbac/v1.RoleRef",
  "rbac/v1.Subject",
]);

/** Whether values of the struct type are owned whole. */
export function isAtomicStruct(typeName: string): boolean {
  return ATOMIC.has(typeName);
}
