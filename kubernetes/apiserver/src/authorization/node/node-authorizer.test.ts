import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configMaps, leases, nodes, pods, secrets, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

const UNRELATED = /no relationship found between node 'n1' and this object$/;

function pod(name: string, spec: object) {
  const containers = [{ name: "c", image: "i", envFrom: [{ configMapRef: { name: "settings" } }] }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec: { containers, ...spec } };
}

describe("a node", () => {
  it("reads what the Pods bound to it refer to, and nothing once they are gone", async (t) => {
    const { api } = await startTestApiServer(t);
    const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
    const node = api.localTransport({ name: "system:node:n1", groups: ["system:nodes"] });
    await admin.call({
      verb: "create",
      resource: serviceAccounts,
      namespace: "default",
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
    });
    for (const name of ["mine", "other"]) {
      const body = { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData: { key: name } };
      await admin.call({ verb: "create", resource: secrets, namespace: "default", body });
    }
    const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } };
    await admin.call({ verb: "create", resource: configMaps, namespace: "default", body: settings });
    const get = (name: string) => node.call({ verb: "get", resource: secrets, namespace: "default", name });
    await assert.rejects(get("mine"), UNRELATED);

    const volumes = [{ name: "v", secret: { secretName: "mine" } }];
    await admin.call({
      verb: "create",
      resource: pods,
      namespace: "default",
      body: pod("web", { volumes, nodeName: "n1" }),
    });
    await admin.call({ verb: "create", resource: pods, namespace: "default", body: pod("else", { nodeName: "n2" }) });
    await get("mine");
    await node.call({ verb: "get", resource: configMaps, namespace: "default", name: "settings" });
    await node.call({ verb: "get", resource: pods, namespace: "default", name: "web" });
    await assert.rejects(get("other"), UNRELATED);
    await assert.rejects(node.call({ verb: "get", resource: pods, namespace: "default", name: "else" }), UNRELATED);
    await node
      .call({
        verb: "create",
        resource: serviceAccounts,
        namespace: "default",
        name: "default",
        subresource: "token",
        body: {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenRequest",
          spec: { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "web" } },
        },
      })
      .then(
        () => undefined,
        (error) => assert.doesNotMatch(error.message, UNRELATED),
      );

    await admin.call({
      verb: "delete",
      resource: pods,
      namespace: "default",
      name: "web",
      query: { gracePeriodSeconds: "0" },
    });
    await assert.rejects(get("mine"), UNRELATED);
  });

  const REFUSED = [
    {
      when: "lists all Pods",
      call: { verb: "list", resource: pods },
      why: /can only list\/watch pods with spec.nodeName field selector$/,
    },
    {
      when: "lists all Secrets",
      call: { verb: "list", resource: secrets },
      why: /can only read namespaced object of this type$/,
    },
    {
      when: "reads another node",
      call: { verb: "get", resource: nodes, name: "n2" },
      why: /node 'n1' cannot read 'n2', only its own Node object$/,
    },
    {
      when: "reads all nodes",
      call: { verb: "list", resource: nodes },
      why: /node 'n1' cannot read all nodes, only its own Node object$/,
    },
    {
      when: "deletes a Node",
      call: { verb: "delete", resource: nodes, name: "n1" },
      why: /cannot delete resource "nodes"/,
    },
    {
      when: "reads another's lease",
      call: { verb: "get", resource: leases, namespace: "kube-node-lease", name: "n2" },
      why: /can only access node lease with the same name as the requesting node$/,
    },
    {
      when: "reads leases elsewhere",
      call: { verb: "get", resource: leases, namespace: "kube-system", name: "n1" },
      why: /can only access leases in the "kube-node-lease" system namespace$/,
    },
  ] as const;
  it("is refused what other nodes have, in upstream's words", async (t) => {
    const { api } = await startTestApiServer(t);
    const node = api.localTransport({ name: "system:node:n1", groups: ["system:nodes"] });
    for (const { when, call, why } of REFUSED) await assert.rejects(node.call(call), why, when);
    await node.call({ verb: "list", resource: pods, query: { fieldSelector: "spec.nodeName=n1" } });
    const nameless = api.localTransport({ name: "system:node:", groups: ["system:nodes"] });
    await assert.rejects(nameless.call({ verb: "list", resource: pods }), /unknown node for user "system:node:"$/);
  });
});
