import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { StatusError, type Transport } from "@skiff/api";
import type { Node, Pod } from "@skiff/api/core/v1";
import { configMaps, leases, nodes, pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

const namespace = "default";
const spec = { containers: [{ name: "c", image: "i" }] };

/** A server with two nodes, and a Pod on each. `node` is the first of them. */
async function setUp(t: TestContext) {
  const { api } = await startTestApiServer(t);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  // An administrator's rights, so that nothing but the plugin stands in the way.
  const node = api.localTransport({ name: "system:node:n1", groups: ["system:nodes", "system:masters"] });
  const create = (
    at: Transport,
    resource: Parameters<Transport["call"]>[0]["resource"],
    body: object,
    ns = namespace,
  ) => at.call({ verb: "create", resource, namespace: ns, body });
  await create(admin, serviceAccounts, { metadata: { name: "default" } });
  for (const name of ["n1", "n2"]) {
    await create(admin, nodes, { metadata: { name } }, "");
    await create(admin, pods, { metadata: { name: `on-${name}` }, spec: { ...spec, nodeName: name } });
  }
  const uid = ((await admin.call({ verb: "get", resource: nodes, name: "n1" })) as Node).metadata.uid;
  return { admin, node, create, uid };
}

async function refusal(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StatusError, "nothing was refused");
  assert.equal(error.code, 403);
  return error.message.replace(/^.* is forbidden: /, "");
}

describe("NodeRestriction", () => {
  it("lets a node write itself only, and not its taints nor labels others rely on", async (t) => {
    const { node } = await setUp(t);
    const patch = (name: string, body: object) =>
      node.call({ verb: "patch", patchType: "merge", resource: nodes, name, body });
    await patch("n1", { metadata: { labels: { "kubernetes.io/os": "linux", colour: "red" } } });
    const labels = { "node-role.kubernetes.io/control-plane": "", "a.node-restriction.kubernetes.io/b": "c" };
    assert.equal(
      await refusal(patch("n1", { metadata: { labels } })),
      'node "n1" is not allowed to modify labels: a.node-restriction.kubernetes.io/b, node-role.kubernetes.io/control-plane',
    );
    assert.equal(await refusal(patch("n1", { spec: { taints: [] } })), 'node "n1" is not allowed to modify taints');
    assert.equal(
      await refusal(patch("n2", { metadata: { labels: { colour: "red" } } })),
      'node "n1" is not allowed to modify node "n2"',
    );
  });

  it("lets a node create mirrors of its own Pods, which use nothing of the API", async (t) => {
    const { node, create, uid } = await setUp(t);
    const owner = { apiVersion: "v1", kind: "Node", name: "n1", uid, controller: true };
    const mirror = (metadata: object, more: object = {}) => ({
      metadata: {
        name: "m",
        annotations: { "kubernetes.io/config.mirror": "x" },
        ownerReferences: [owner],
        ...metadata,
      },
      spec: { ...spec, nodeName: "n1", ...more },
    });
    const refused = (body: object) => refusal(create(node, pods, body));
    assert.equal(
      await refused(mirror({ annotations: {} })),
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    );
    assert.equal(
      await refused(mirror({}, { nodeName: "n2" })),
      'node "n1" can only create pods with spec.nodeName set to itself',
    );
    assert.equal(
      await refused(mirror({ ownerReferences: [] })),
      'node "n1" can only create pods with an owner reference set to itself',
    );
    assert.equal(
      await refused(mirror({}, { volumes: [{ name: "v", configMap: { name: "c" } }] })),
      'node "n1" can not create pods that reference configmaps',
    );
    await create(node, pods, mirror({}));
  });

  it("lets a node change and delete what runs on it, and nothing else", async (t) => {
    const { node } = await setUp(t);
    const fail = (name: string) =>
      node.call({
        verb: "patch",
        patchType: "merge",
        resource: pods,
        namespace,
        name,
        subresource: "status",
        body: { status: { phase: "Failed" } },
      });
    const remove = (name: string) => node.call({ verb: "delete", resource: pods, namespace, name });
    await fail("on-n1");
    assert.equal(
      await refusal(fail("on-n2")),
      'node "n1" can only update pod status for pods with spec.nodeName set to itself',
    );
    assert.equal(await refusal(remove("on-n2")), 'node "n1" can only delete pods with spec.nodeName set to itself');
    const patch = { verb: "patch", patchType: "merge", resource: pods, namespace, name: "on-n1" } as const;
    assert.equal(
      await refusal(node.call({ ...patch, body: { metadata: { labels: { a: "b" } } } })),
      'unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
    );
    await remove("on-n1");
  });

  it("lets a node have tokens for Pods on it, for the audiences of their volumes", async (t) => {
    const { admin, node } = await setUp(t);
    const uidOf = async (name: string) =>
      ((await admin.call({ verb: "get", resource: pods, namespace, name })) as Pod).metadata.uid;
    const ask = (token: object) =>
      node.call({
        verb: "create",
        resource: serviceAccounts,
        namespace,
        name: "default",
        subresource: "token",
        body: { spec: token },
      });
    const bound = async (name: string) => ({ apiVersion: "v1", kind: "Pod", name, uid: await uidOf(name) });
    await ask({ boundObjectRef: await bound("on-n1") });
    assert.equal(await refusal(ask({})), "node requested token not bound to a pod");
    assert.equal(
      await refusal(ask({ boundObjectRef: await bound("on-n2") })),
      "node requested token bound to a pod scheduled on a different node",
    );
    assert.equal(
      await refusal(ask({ boundObjectRef: await bound("on-n1"), audiences: ["vault"] })),
      'audience "vault" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
    );
  });

  it("lets a node keep its own Lease only, in the namespace for that", async (t) => {
    const { admin, node, create } = await setUp(t);
    const lease = (name: string) => ({ metadata: { name }, spec: {} });
    await create(node, leases, lease("n1"), "kube-node-lease");
    assert.equal(
      await refusal(create(node, leases, lease("n2"), "kube-node-lease")),
      "can only access node lease with the same name as the requesting node",
    );
    assert.equal(
      await refusal(create(node, leases, lease("n1"), "default")),
      'can only access leases in the "kube-node-lease" system namespace',
    );
    await create(admin, configMaps, { metadata: { name: "c" } });
  });
});
