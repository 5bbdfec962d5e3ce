import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nodes, pods, serviceAccounts } from "@skiff/api/resources";
import { decodeJwt } from "jose";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

describe("a token request", () => {
  it("for a Pod is granted for its own account, names its node, and outlives the hour it asks for", async (t) => {
    const { api } = await startTestApiServer(t);
    const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
    const namespace = "default";
    for (const name of ["default", "app"]) {
      const body = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
      await admin.call({ verb: "create", resource: serviceAccounts, namespace, body });
    }
    await admin.call({
      verb: "create",
      resource: nodes,
      body: { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } },
    });
    const spec = { nodeName: "n1", serviceAccountName: "app", containers: [{ name: "c", image: "i" }] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec };
    await admin.call({ verb: "create", resource: pods, namespace, body: pod });
    const request = (name: string, expirationSeconds: number, audiences?: string[]) => {
      const wanted = { expirationSeconds, audiences, boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "web" } };
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: wanted };
      const at = { resource: serviceAccounts, namespace, name, subresource: "token" };
      return admin.call({ verb: "create", ...at, body }) as Promise<{
        status: { token: string; expirationTimestamp: string };
      }>;
    };
    const lifeOf = (token: string) => {
      const { exp = 0, iat = 0 } = decodeJwt(token);
      return exp - iat;
    };
    const { status } = await request("app", 3607);
    const claims = decodeJwt(status.token)["kubernetes.io"] as {
      node: { name: string };
      pod: { name: string };
      warnafter: number;
    };
    assert.deepEqual([claims.pod.name, claims.node.name], ["web", "n1"]);
    assert.equal(lifeOf(status.token), 365 * 24 * 3600);
    assert.equal(Math.round((Date.parse(status.expirationTimestamp) - Date.now()) / 60_000), 60);
    assert.equal(lifeOf((await request("app", 3600)).status.token), 3600);
    assert.equal(lifeOf((await request("app", 3607, ["vault"])).status.token), 3607);
    await assert.rejects(request("default", 3607), {
      message: 'cannot bind token for serviceaccount "default" to pod running with different serviceaccount name.',
    });
  });
});
