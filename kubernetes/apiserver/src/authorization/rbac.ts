import { findResource, type ResourceInfo } from "@skiff/api";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, Subject } from "@skiff/api/rbac/v1";
import type { User } from "../call.ts";
import type { Caches } from "../state/caches.ts";
import type { ResourceCache } from "../state/resource-cache.ts";
import { type Attributes, type Authorizer, NO_OPINION, type PolicyRule } from "./authorizer.ts";

/** Decides by the stored Roles, ClusterRoles and their bindings, as rbac.authorization.k8s.io/v1 defines them. */
export function rbacAuthorizer(caches: Caches): Authorizer {
  const cacheOf = (plural: string) => caches.of(required(findResource("rbac.authorization.k8s.io", "v1", plural)));
  const clusterRoles = cacheOf("clusterroles");
  const roles = cacheOf("roles");
  const clusterBindings = cacheOf("clusterrolebindings");
  const bindings = cacheOf("rolebindings");

  const rulesOf = (
    role: { readonly kind: string; readonly name: string },
    namespace: string,
  ): readonly PolicyRule[] => {
    const cluster = role.kind === "ClusterRole";
    const entry = cluster ? clusterRoles.entries.get(role.name) : roles.entries.get(`${namespace}/${role.name}`);
    return (entry?.object as unknown as ClusterRole | Role | undefined)?.rules ?? [];
  };

  const rulesFor = function* (user: User, namespace: string): IterableIterator<PolicyRule> {
    for (const binding of objectsOf<ClusterRoleBinding>(clusterBindings, "")) {
      if (appliesTo(binding.subjects, user, "")) yield* rulesOf(binding.roleRef, "");
    }
    if (namespace === "") return;
    for (const binding of objectsOf<RoleBinding>(bindings, `${namespace}/`)) {
      if (appliesTo(binding.subjects, user, namespace)) yield* rulesOf(binding.roleRef, namespace);
    }
  };

  return {
    authorize(user, attributes) {
      for (const rule of rulesFor(user, attributes.namespace)) {
        if (ruleAllows(rule, attributes)) return { allowed: true, reason: "" };
      }
      return NO_OPINION;
    },
    rulesFor: (user, namespace) => [...rulesFor(user, namespace)],
  };
}

function* objectsOf<T>(cache: ResourceCache, prefix: string): IterableIterator<T> {
  for (const entry of cache.entries.under(prefix)) yield entry.object as unknown as T;
}

function appliesTo(subjects: readonly Subject[] | undefined, user: User, bindingNamespace: string): boolean {
  return (subjects ?? []).some((subject) => {
    if (subject.kind === "User") return subject.name === user.name;
    if (subject.kind === "Group") return user.groups.includes(subject.name);
    return user.name === `system:serviceaccount:${subject.namespace ?? bindingNamespace}:${subject.name}`;
  });
}

/** Whether one rule covers what is asked for. */
export function ruleAllows(rule: PolicyRule, a: Attributes): boolean {
  if (!has(rule.verbs, a.verb)) return false;
  if (!a.isResource) return (rule.nonResourceURLs ?? []).some((url) => pathMatches(url, a.path));
  if (!has(rule.apiGroups, a.group)) return false;
  const names = rule.resourceNames ?? [];
  return resourceMatches(rule.resources ?? [], a) && (names.length === 0 || names.includes(a.name));
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(value) || list.includes("*"));
}

function resourceMatches(resources: readonly string[], { plural, subresource }: Attributes): boolean {
  const full = subresource === "" ? plural : `${plural}/${subresource}`;
  return resources.some((r) => r === "*" || r === full || (subresource !== "" && r === `*/${subresource}`));
}

function pathMatches(url: string, path: string): boolean {
  return url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)));
}

function required(info: ResourceInfo | undefined): ResourceInfo {
  if (!info) throw new Error("the table of resources lacks rbac.authorization.k8s.io/v1");
  return info;
}
