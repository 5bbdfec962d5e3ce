import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { StatusError } from "@skiff/api";
import type { ResourceQuota } from "@skiff/api/core/v1";
import {
  configMaps,
  persistentVolumeClaims,
  pods,
  resourceQuotas,
  serviceAccounts,
  services,
} from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

const namespace = "default";

/** A server whose default namespace has a quota in force, as the quota controller would have put it there. */
async function withQuota(t: TestContext, hard: Record<string, string>, spec: object = {}) {
  const { api } = await startTestApiServer(t);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  const create = (resource: Parameters<typeof admin.call>[0]["resource"], body: object, query = {}) =>
    admin.call({ verb: "create", resource, namespace, body, query });
  await create(serviceAccounts, { metadata: { name: "default" } });
  const quota = await create(resourceQuotas, { metadata: { name: "q" }, spec: { hard, ...spec } });
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, "0"]));
  const body = { ...quota, status: { hard, used } };
  await admin.call({ verb: "update", resource: resourceQuotas, namespace, name: "q", subresource: "status", body });
  const usage = async () => {
    const present = await admin.call({ verb: "get", resource: resourceQuotas, namespace, name: "q" });
    return (present as ResourceQuota).status?.used;
  };
  return { admin, create, usage };
}

const aPod = (name: string, resources: object = {}, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: "c", image: "i", resources }], ...spec },
});

async function refused(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    assert.equal(error.code, 403);
    return error.message;
  }
  throw new Error("nothing was refused");
}

describe("ResourceQuota", () => {
  it("is never overdrawn, however many create at once", async (t) => {
    const { create, usage } = await withQuota(t, { "count/configmaps": "7" });
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => create(configMaps, { metadata: { name: `c${i}` } })),
    );
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 7);
    assert.deepEqual(await usage(), { "count/configmaps": "7" });
  });

  it("says what was asked for, what is used and what the limit is", async (t) => {
    const { create, usage } = await withQuota(t, { pods: "2", "requests.cpu": "1", "limits.memory": "1Gi" });
    const resources = { requests: { cpu: "600m" }, limits: { memory: "512Mi" } };
    await create(pods, aPod("a", resources));
    assert.deepEqual(await usage(), { pods: "1", "requests.cpu": "600m", "limits.memory": "512Mi" });
    assert.equal(
      await refused(create(pods, aPod("b", resources))),
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
  });

  it("wants every container to state what is limited", async (t) => {
    const { create } = await withQuota(t, { "requests.cpu": "1", "limits.memory": "1Gi" });
    assert.equal(
      await refused(create(pods, aPod("a", { limits: { memory: "1Mi" } }))),
      'pods "a" is forbidden: failed quota: q: must specify requests.cpu for: c',
    );
  });

  it("is not charged for a dry run, nor for what exists already", async (t) => {
    const { create, usage } = await withQuota(t, { configmaps: "1" });
    await create(configMaps, { metadata: { name: "a" } }, { dryRun: "All" });
    assert.deepEqual(await usage(), { configmaps: "0" });
    await create(configMaps, { metadata: { name: "a" } });
    const message = await refused(create(configMaps, { metadata: { name: "b" } }));
    assert.equal(
      message,
      'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    );
  });

  it("is charged when a change makes an object dearer", async (t) => {
    const { admin, create, usage } = await withQuota(t, { "services.nodeports": "1", services: "2" });
    const made = await create(services, { metadata: { name: "s" }, spec: { ports: [{ port: 80 }] } });
    const patch = (spec: object) =>
      admin.call({ verb: "patch", resource: services, namespace, name: "s", patchType: "merge", body: { spec } });
    await patch({ type: "NodePort" });
    assert.deepEqual(await usage(), { "services.nodeports": "1", services: "1" });
    assert.match(
      await refused(
        patch({
          ports: [
            { name: "a", port: 80 },
            { name: "b", port: 81 },
          ],
        }),
      ),
      /^services "s" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1$/,
    );
    assert.ok(made);
  });

  it("counts storage by class", async (t) => {
    const gold = "gold.storageclass.storage.k8s.io/requests.storage";
    const { create, usage } = await withQuota(t, { [gold]: "10Gi" });
    const claim = (name: string, storageClassName: string) => ({
      metadata: { name },
      spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "6Gi" } } },
    });
    await create(persistentVolumeClaims, claim("a", "gold"));
    await create(persistentVolumeClaims, claim("b", "silver"));
    assert.deepEqual(await usage(), { [gold]: "6Gi" });
    await refused(create(persistentVolumeClaims, claim("c", "gold")));
  });

  const scopes = [
    { when: "a Pod without requests is BestEffort", scope: "BestEffort", pod: aPod("p"), charged: true },
    {
      when: "a Pod with requests is NotBestEffort",
      scope: "BestEffort",
      pod: aPod("p", { requests: { cpu: "1" } }),
      charged: false,
    },
    {
      when: "a Pod with a deadline is Terminating",
      scope: "Terminating",
      pod: aPod("p", {}, { activeDeadlineSeconds: 5 }),
      charged: true,
    },
    { when: "a Pod without a deadline is NotTerminating", scope: "NotTerminating", pod: aPod("p"), charged: true },
  ];
  for (const { when, scope, pod, charged } of scopes) {
    it(`of scope ${scope} is ${charged ? "" : "not "}charged: ${when}`, async (t) => {
      const { create, usage } = await withQuota(t, { pods: "5" }, { scopes: [scope] });
      await create(pods, pod);
      assert.deepEqual(await usage(), { pods: charged ? "1" : "0" });
    });
  }
});
