/**
 * Nobody gives more than they have: a role may only be written with rules its writer holds, and only be bound by who holds them.
 * The verbs `escalate` and `bind` are the ways out.
 */
import { type ResourceInfo, StatusError } from "@skiff/api";
import type { ClusterRole, Role, RoleBinding } from "@skiff/api/rbac/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission/admission.ts";
import type { User } from "../../call.ts";
import type { Caches } from "../../state/caches.ts";
import type { Attributes, Authorizer, PolicyRule } from "../authorizer.ts";
import { SYSTEM_MASTERS } from "../system-masters.ts";
import { compactRule, compactRules, uncovered } from "./covers.ts";
import { createPolicyIndex } from "./policy-index.ts";
import { userRules } from "./rbac.ts";

const GROUP = "rbac.authorization.k8s.io";
const ROLES = new Set(["Role", "ClusterRole"]);
const BINDINGS = new Set(["RoleBinding", "ClusterRoleBinding"]);
/** What a role whose rules come from others may turn out to give. */
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/** The plugin that refuses writes of roles and bindings by which their writer would give what they do not hold. */
export function rbacEscalation({
  caches,
  authorizer,
}: {
  readonly caches: Caches;
  readonly authorizer: Authorizer;
}): AdmissionPlugin {
  const index = createPolicyIndex(caches);

  const mayAlso = async (request: AdmissionRequest, verb: string, about: Partial<Attributes>): Promise<boolean> => {
    const { info, namespace, name, user } = request;
    const asked: Attributes = {
      isResource: true,
      verb,
      path: "",
      group: info.group,
      version: info.version,
      namespace: info.namespaced ? namespace : "",
      plural: info.plural,
      subresource: "",
      name,
      ...about,
    };
    return (await authorizer.authorize(user, asked)).allowed;
  };

  const confirmHeld = (request: AdmissionRequest, wanted: readonly PolicyRule[]): void => {
    const { info, user } = request;
    const owned = userRules(index, user, info.namespaced ? request.namespace : "");
    const missing = uncovered(owned, wanted);
    if (missing.length > 0) throw StatusError.forbidden(info, nameOf(request), refusal(user, missing));
  };

  const checkRole = async (request: AdmissionRequest): Promise<void> => {
    const role = request.object as unknown as ClusterRole | Role;
    const old = request.old as unknown as ClusterRole | Role | undefined;
    if (old && same(old.rules, role.rules) && same(aggregation(old), aggregation(role))) return;
    if (await mayAlso(request, "escalate", {})) return;
    confirmHeld(request, role.rules ?? []);
    if (aggregation(role)) confirmHeld(request, EVERYTHING);
  };

  const checkBinding = async (request: AdmissionRequest): Promise<void> => {
    const binding = request.object as unknown as RoleBinding;
    const old = request.old as unknown as RoleBinding | undefined;
    if (old && same(old.roleRef, binding.roleRef) && same(old.subjects, binding.subjects)) return;
    const { kind, name } = binding.roleRef;
    const plural = kind === "ClusterRole" ? "clusterroles" : "roles";
    if (await mayAlso(request, "bind", { plural, name })) return;
    const rules = index.rulesOf(binding.roleRef, request.namespace);
    if (rules === undefined) throw StatusError.notFound({ group: GROUP, plural: kind.toLowerCase() }, name);
    confirmHeld(request, rules);
  };

  return {
    name: "RBACEscalation",
    concerns: ({ operation, info, subresource }) =>
      (operation === "CREATE" || operation === "UPDATE") &&
      info.group === GROUP &&
      subresource === "" &&
      (ROLES.has(info.kind) || BINDINGS.has(info.kind)),
    mutate(request) {
      if (!request.object || request.user.groups.includes(SYSTEM_MASTERS)) return;
      return isRole(request.info) ? checkRole(request) : checkBinding(request);
    },
  };
}

function isRole(info: ResourceInfo): boolean {
  return ROLES.has(info.kind);
}

function nameOf({ name, object }: AdmissionRequest): string {
  return name || (object?.metadata.name ?? "");
}

function aggregation(role: ClusterRole | Role): unknown {
  return "aggregationRule" in role ? role.aggregationRule : undefined;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}

function refusal({ name, groups }: User, missing: readonly PolicyRule[]): string {
  const lines = [...new Set(compactRules(missing).map(compactRule))].sort();
  const shown = groups.map((group) => JSON.stringify(group)).join(" ");
  return `user ${JSON.stringify(name)} (groups=[${shown}]) is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}`;
}
