import assert from "node:assert/strict";
import { connect } from "node:http2";
import { describe, it, type TestContext } from "node:test";
import {
  clusterRoleBindings,
  configMaps,
  flowSchemas,
  leases,
  priorityLevelConfigurations,
} from "@skiff/api/resources";
import { startTestApiServer } from "../testing/start-test-api-server.ts";

const FLOODERS = 400;
const FLOOD_MS = 2500;

async function setUp(t: TestContext) {
  const server = await startTestApiServer(t, { options: { maxRequestsInFlight: 40 } });
  const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
  const body = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "tenant" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "tenant" }],
  };
  await admin.call({ verb: "create", resource: clusterRoleBindings, body });
  return { server, admin };
}

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A client of one HTTP/2 connection. */
async function client(
  t: TestContext,
  server: Awaited<ReturnType<typeof setUp>>["server"],
  cn: string,
  o: readonly string[] = [],
) {
  const session = connect(server.url, { ca: server.ca, maxSessionMemory: 1000, ...(await server.clientFor(cn, o)) });
  session.on("error", () => undefined);
  t.after(() => session.destroy());
  return (path: string, method = "GET", body?: object) =>
    new Promise<Answer>((resolve, reject) => {
      const stream = session.request({
        ":method": method,
        ":path": path,
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      });
      let answer: Answer | undefined;
      stream.on("response", (headers) => {
        answer = { code: Number(headers[":status"]), headers };
      });
      stream.on("error", reject);
      stream.on("close", () => (answer ? resolve(answer) : reject(new Error("no answer"))));
      stream.resume();
      stream.end(body && JSON.stringify(body));
    });
}

describe("a flood by one tenant", () => {
  it("is turned away in part, while nodes renew their leases in time", async (t) => {
    const { server, admin } = await setUp(t);
    const tenant = await client(t, server, "tenant");
    const node = await client(t, server, "system:node:n1", ["system:nodes"]);
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "n1" },
      spec: { leaseDurationSeconds: 40 },
    };
    await admin.call({ verb: "create", resource: leases, namespace: "kube-node-lease", body: lease });
    for (let i = 0; i < 500; i++) {
      const body = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `c${i}` },
        data: { text: "x".repeat(1000) },
      };
      await admin.call({ verb: "create", resource: configMaps, namespace: "default", body });
    }
    const end = performance.now() + FLOOD_MS;
    const codes = new Map<number, number>();
    let made = 0;
    const flood = async () => {
      while (performance.now() < end) {
        const creates = made++ % 2 === 0;
        const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "flood-" } };
        const answer = creates
          ? await tenant("/api/v1/namespaces/default/configmaps", "POST", body)
          : await tenant("/api/v1/namespaces/default/configmaps?limit=500");
        codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
        if (answer.code === 429) assert.equal(answer.headers["retry-after"], "1");
      }
    };
    const waits: number[] = [];
    const renew = async () => {
      while (performance.now() < end) {
        const started = performance.now();
        const renewTime = "2026-01-01T00:00:00.000000Z";
        const path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1";
        const answer = await node(path, "PATCH", { spec: { renewTime } });
        assert.equal(answer.code, 200);
        waits.push(performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all([renew(), ...Array.from({ length: FLOODERS }, flood)]);
    const worst = Math.max(...waits);
    t.diagnostic(`flood ${JSON.stringify([...codes])}, ${waits.length} renewals, slowest ${worst.toFixed(0)} ms`);
    assert.equal((codes.get(429) ?? 0) > 0, true, "nothing was turned away");
    assert.equal((codes.get(200) ?? 0) > 0 && (codes.get(201) ?? 0) > 0, true, "the tenant was served nothing");
    assert.equal(worst < 4000, true, `a renewal took ${worst} ms`);
  });
});

describe("every answer", () => {
  it("names the flow schema and the priority level of its request", async (t) => {
    const { server, admin } = await setUp(t);
    const tenant = await client(t, server, "tenant");
    const uidOf = async (resource: typeof flowSchemas | typeof priorityLevelConfigurations, name: string) =>
      ((await admin.call({ verb: "get", resource, name })) as { metadata: { uid: string } }).metadata.uid;
    const { headers } = await tenant("/api/v1/namespaces");
    assert.equal(headers["x-kubernetes-pf-flowschema-uid"], await uidOf(flowSchemas, "global-default"));
    assert.equal(
      headers["x-kubernetes-pf-prioritylevel-uid"],
      await uidOf(priorityLevelConfigurations, "global-default"),
    );
    const body = {
      apiVersion: "flowcontrol.apiserver.k8s.io/v1",
      kind: "FlowSchema",
      metadata: { name: "tenants" },
      spec: {
        priorityLevelConfiguration: { name: "workload-low" },
        matchingPrecedence: 500,
        rules: [
          {
            subjects: [{ kind: "User", user: { name: "tenant" } }],
            resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true }],
          },
        ],
      },
    };
    await admin.call({ verb: "create", resource: flowSchemas, body });
    const after = await tenant("/api/v1/namespaces");
    assert.equal(after.headers["x-kubernetes-pf-flowschema-uid"], await uidOf(flowSchemas, "tenants"));
  });
});
