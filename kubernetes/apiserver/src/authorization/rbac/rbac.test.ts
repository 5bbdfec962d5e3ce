import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

const RBAC = "rbac.authorization.k8s.io";

function role(name: string, rules: object[]) {
  return { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules };
}

function binding(kind: string, name: string, roleName: string, user: string) {
  const subjects = [{ kind: "User", apiGroup: RBAC, name: user }];
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: roleName },
    subjects,
  };
}

const READ_PODS = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];

async function start(t: Parameters<typeof startTestApiServer>[0]) {
  const { api } = await startTestApiServer(t);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  const { pods } = await import("@skiff/api/resources");
  const ada = api.localTransport({ name: "ada", groups: ["dev"] });
  const list = (namespace: string) => ada.call({ verb: "list", resource: pods, namespace });
  return { api, admin, ada, list };
}

describe("rights by role", () => {
  it("follow every change of roles and bindings at once, and name what is missing", async (t) => {
    const { admin, list } = await start(t);
    await assert.rejects(list("default"), {
      message: 'pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    const bound = binding("RoleBinding", "readers", "reader", "ada");
    await admin.call({ verb: "create", resource: roleBindings, namespace: "default", body: bound });
    await assert.rejects(list("default"), {
      message:
        'pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "reader" not found',
    });
    await admin.call({ verb: "create", resource: clusterRoles, body: role("reader", READ_PODS) });
    await list("default");
    await assert.rejects(list("kube-system"), /in the namespace "kube-system"$/);
    await admin.call({
      verb: "create",
      resource: clusterRoleBindings,
      body: binding("ClusterRoleBinding", "all", "reader", "ada"),
    });
    await list("kube-system");
    await admin.call({ verb: "delete", resource: clusterRoleBindings, name: "all" });
    await assert.rejects(list("kube-system"), /is forbidden/);
    await admin.call({ verb: "update", resource: clusterRoles, name: "reader", body: role("reader", []) });
    await assert.rejects(list("default"), /is forbidden/);
  });

  it("may be given by nobody who does not hold them", async (t) => {
    const { admin, ada } = await start(t);
    const writer = role("writer", [
      { apiGroups: [RBAC], resources: ["roles", "rolebindings"], verbs: ["create", "update", "get"] },
    ]);
    await admin.call({ verb: "create", resource: clusterRoles, body: writer });
    await admin.call({
      verb: "create",
      resource: clusterRoleBindings,
      body: binding("ClusterRoleBinding", "w", "writer", "ada"),
    });
    const wanted = { ...role("mine", READ_PODS), kind: "Role" };
    await assert.rejects(ada.call({ verb: "create", resource: roles, namespace: "default", body: wanted }), {
      message:
        'roles.rbac.authorization.k8s.io "mine" is forbidden: user "ada" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
    });
    const grab = binding("RoleBinding", "grab", "cluster-admin", "ada");
    await assert.rejects(
      ada.call({ verb: "create", resource: roleBindings, namespace: "default", body: grab }),
      /not currently held:\n\{APIGroups:\["\*"\], Resources:\["\*"\], Verbs:\["\*"\]\}\n\{NonResourceURLs:\["\*"\], Verbs:\["\*"\]\}$/,
    );
    const ways = role("ways", [
      { apiGroups: [RBAC], resources: ["roles"], verbs: ["escalate"] },
      { apiGroups: [RBAC], resources: ["clusterroles"], resourceNames: ["cluster-admin"], verbs: ["bind"] },
    ]);
    await admin.call({ verb: "create", resource: clusterRoles, body: ways });
    await admin.call({
      verb: "create",
      resource: clusterRoleBindings,
      body: binding("ClusterRoleBinding", "ways", "ways", "ada"),
    });
    await ada.call({ verb: "create", resource: roles, namespace: "default", body: wanted });
    await ada.call({ verb: "create", resource: roleBindings, namespace: "default", body: grab });
  });
});
