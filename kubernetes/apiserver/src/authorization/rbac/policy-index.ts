import { findResource, type ResourceInfo } from "@skiff/api";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject } from "@skiff/api/rbac/v1";
import type { User } from "../../call.ts";
import type { Caches } from "../../state/caches.ts";
import type { ResourceCache } from "../../state/resource-cache.ts";
import type { PolicyRule } from "../authorizer.ts";

/** What a binding gives one of its subjects. */
export interface Grant {
  /** The binding's key in its cache; `namespace` is empty for a ClusterRoleBinding. */
  readonly binding: string;
  readonly namespace: string;
  readonly roleRef: RoleRef;
  /** The whole sentence an audit reader wants: which binding, of which role, to whom. */
  readonly reason: string;
}

/** Who is bound to which roles: found by subject, so that a request costs what its own user is bound to and no more. */
export interface PolicyIndex {
  /** Grows with every change of a role or binding: what was derived from an older one is to be derived anew. */
  readonly version: number;
  /** What the user is given by bindings, of the whole cluster and of every namespace. */
  grantsOf(user: User): readonly Grant[];
  /** The rules of the role a grant names, or undefined when there is no such role. */
  rulesOf(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined;
}

/** An index that follows the caches. Changes are noted as they come and taken in when somebody asks next. */
export function createPolicyIndex(caches: Caches): PolicyIndex {
  const cacheOf = (plural: string) => caches.of(required(findResource("rbac.authorization.k8s.io", "v1", plural)));
  const clusterRoles = cacheOf("clusterroles");
  const roles = cacheOf("roles");
  const bySubject = new Map<string, Map<string, Grant>>();
  let version = 1;
  const changed = () => {
    version++;
  };
  clusterRoles.onChange(changed);
  roles.onChange(changed);
  const takeIn = [cacheOf("clusterrolebindings"), cacheOf("rolebindings")].map((cache) => {
    cache.onChange(changed);
    return follow(cache, bySubject);
  });

  return {
    get version() {
      return version;
    },
    grantsOf(user) {
      for (const take of takeIn) take();
      const found = new Map<string, Grant>();
      for (const subject of [`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)]) {
        for (const [key, grant] of bySubject.get(subject) ?? []) if (!found.has(key)) found.set(key, grant);
      }
      return [...found.values()];
    },
    rulesOf({ kind, name }, namespace) {
      const entry = kind === "ClusterRole" ? clusterRoles.entries.get(name) : roles.entries.get(`${namespace}/${name}`);
      return entry && ((entry.object as unknown as ClusterRole | Role).rules ?? []);
    },
  };
}

/** Keeps `bySubject` equal to one cache of bindings; what is answered takes in what changed since. */
function follow(cache: ResourceCache, bySubject: Map<string, Map<string, Grant>>): () => void {
  const dirty = new Set<string>();
  const subjectsOf = new Map<string, readonly string[]>();
  for (const entry of cache.entries.under("")) dirty.add(entry.key);
  cache.onChange((key) => dirty.add(key));
  return () => {
    for (const key of dirty) {
      const grantKey = `${cache.info.kind} ${key}`;
      for (const subject of subjectsOf.get(key) ?? []) {
        const grants = bySubject.get(subject);
        grants?.delete(grantKey);
        if (grants?.size === 0) bySubject.delete(subject);
      }
      const binding = cache.entries.get(key)?.object as unknown as ClusterRoleBinding | RoleBinding | undefined;
      if (!binding) {
        subjectsOf.delete(key);
        continue;
      }
      const namespace = cache.info.namespaced ? (binding.metadata.namespace ?? "") : "";
      const names: string[] = [];
      for (const subject of binding.subjects ?? []) {
        const name = subjectKey(subject, namespace);
        const grants = bySubject.get(name) ?? new Map<string, Grant>();
        bySubject.set(name, grants);
        names.push(name);
        if (grants.has(grantKey)) continue;
        const reason = `RBAC: allowed by ${describe(cache.info.kind, binding, namespace)} to ${describeSubject(subject, namespace)}`;
        grants.set(grantKey, { binding: key, namespace, roleRef: binding.roleRef, reason });
      }
      subjectsOf.set(key, names);
    }
    dirty.clear();
  };
}

function subjectKey({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  if (kind === "ServiceAccount") return `User system:serviceaccount:${namespace || bindingNamespace}:${name}`;
  return `${kind} ${name}`;
}

function describe(kind: string, { metadata, roleRef }: ClusterRoleBinding | RoleBinding, namespace: string): string {
  const binding = namespace === "" ? metadata.name : `${metadata.name}/${namespace}`;
  return `${kind} ${JSON.stringify(binding)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)}`;
}

function describeSubject({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  const full = kind === "ServiceAccount" ? `${name}/${namespace || bindingNamespace}` : name;
  return `${kind} ${JSON.stringify(full)}`;
}

function required(info: ResourceInfo | undefined): ResourceInfo {
  if (!info) throw new Error("the table of resources lacks rbac.authorization.k8s.io/v1");
  return info;
}
