import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { isNotFound, type ResourceInfo, StatusError, type Transport } from "@skiff/api";
import {
  apiServices,
  customResourceDefinitions,
  deployments,
  mutatingWebhookConfigurations,
  pods,
  serviceAccounts,
  validatingWebhookConfigurations,
} from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";
import { type Answer, patchOf, startWebhookServer } from "../../testing/start-webhook-server.ts";

async function setUp(t: TestContext, answer: Answer) {
  const { api } = await startTestApiServer(t);
  const hook = await startWebhookServer(t, answer);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  const call = (request: Parameters<Transport["call"]>[0]) => admin.call({ namespace: "default", ...request });
  const register = (resource: ResourceInfo, rule: object) => {
    const clientConfig = { url: hook.url, caBundle: hook.caBundle };
    const rules = [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], ...rule }];
    const webhook = { name: "x.hooks.test", clientConfig, rules, sideEffects: "None", admissionReviewVersions: ["v1"] };
    return call({ verb: "create", resource, body: { metadata: { name: "x" }, webhooks: [webhook] } });
  };
  return { hook, admin, call, register };
}

const allowed: Answer = () => ({ response: { allowed: true } });
const labels = { app: "a" };
const podSpec = { containers: [{ name: "c", image: "i" }] };

function versionOf(name: string, storage: boolean) {
  const text = { type: "string" };
  const spec = { type: "object", properties: { colour: text } };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
  return { name, served: true, storage, schema };
}

function resource(version: string): ResourceInfo {
  const names = { plural: "teas", singular: "tea", kind: "Tea", listKind: "TeaList" };
  const rest = { shortNames: [], categories: [], verbs: [], subresources: [], storageVersion: true, namespaced: true };
  return { group: "tea.test", version, ...names, ...rest, typeName: "" };
}

/** Calls until the resource is served: a definition is established a moment after it is made. */
async function whenServed(call: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isNotFound(error) || attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

describe("a webhook", () => {
  it("for one version of a custom resource sees, and changes, the others as that version", async (t) => {
    const { hook, call, register } = await setUp(t, () => ({
      response: patchOf({ op: "replace", path: "/spec/colour", value: "green" }),
    }));
    const names = { plural: "teas", singular: "tea", kind: "Tea", listKind: "TeaList" };
    const versions = [versionOf("v1", false), versionOf("v2", true)];
    const definition = { group: "tea.test", scope: "Namespaced", names, versions };
    await call({
      verb: "create",
      resource: customResourceDefinitions,
      body: { metadata: { name: "teas.tea.test" }, spec: definition },
    });
    await register(mutatingWebhookConfigurations, { apiVersions: ["v1"], resources: ["teas"] });
    const body = { kind: "Tea", apiVersion: "tea.test/v2", metadata: { name: "t" }, spec: { colour: "black" } };
    const created = (await whenServed(() => call({ verb: "create", resource: resource("v2"), body }))) as typeof body;
    assert.deepEqual([created.apiVersion, created.spec], ["tea.test/v2", { colour: "green" }]);
    const [{ request } = assert.fail()] = hook.calls;
    assert.deepEqual([request.kind.version, request.requestKind.version], ["v1", "v2"]);
    assert.deepEqual([request.object?.apiVersion, request.object?.spec], ["tea.test/v1", { colour: "black" }]);
  });

  it("sees a scale as a Scale", async (t) => {
    const { hook, call, register } = await setUp(t, allowed);
    const template = { metadata: { labels }, spec: podSpec };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    await call({ verb: "create", resource: deployments, body: { metadata: { name: "d" }, spec } });
    await register(validatingWebhookConfigurations, { resources: ["deployments/scale"] });
    const body = { spec: { replicas: 3 } };
    await call({ verb: "patch", resource: deployments, name: "d", subresource: "scale", patchType: "merge", body });
    const [{ request } = assert.fail(), ...others] = hook.calls;
    assert.equal(others.length, 0);
    assert.deepEqual(request.kind, { group: "autoscaling", version: "v1", kind: "Scale" });
    assert.deepEqual(
      [request.operation, request.subResource, request.object?.spec],
      ["UPDATE", "scale", { replicas: 3 }],
    );
  });

  it("may refuse that a Pod is connected to, or evicted", async (t) => {
    const { hook, call, register } = await setUp(t, () => ({
      response: { allowed: false, status: { message: "no" } },
    }));
    await call({ verb: "create", resource: serviceAccounts, body: { metadata: { name: "default" } } });
    await call({ verb: "create", resource: pods, body: { metadata: { name: "p" }, spec: podSpec } });
    await register(validatingWebhookConfigurations, { resources: ["pods/*"] });
    const refused = (error: unknown) =>
      error instanceof StatusError && error.message === 'admission webhook "x.hooks.test" denied the request: no';
    const query = { command: "sh", container: "c" };
    await assert.rejects(call({ verb: "create", resource: pods, name: "p", subresource: "exec", query }), refused);
    const body = { metadata: { name: "p" } };
    await assert.rejects(call({ verb: "create", resource: pods, name: "p", subresource: "eviction", body }), refused);
    const seen = hook.calls.map(({ request }) => [request.operation, request.kind.kind, request.object?.command]);
    assert.deepEqual(seen, [
      ["CONNECT", "PodExecOptions", ["sh"]],
      ["CREATE", "Eviction", undefined],
    ]);
  });
});

describe("a definition of custom resources", () => {
  it("has an APIService for each version, for as long as it is there", async (t) => {
    const { admin, call } = await setUp(t, allowed);
    const names = { plural: "teas", singular: "tea", kind: "Tea", listKind: "TeaList" };
    const definition = { group: "tea.test", scope: "Namespaced", names, versions: [versionOf("v1", true)] };
    const at = { resource: customResourceDefinitions, name: "teas.tea.test" };
    await call({ verb: "create", ...at, name: "", body: { metadata: { name: at.name }, spec: definition } });
    const query = { fieldSelector: "metadata.name=v1.tea.test" };
    for await (const { type, object } of admin.watch({ resource: apiServices, query }, t.signal)) {
      if (type === "DELETED") return;
      const { spec } = object as { spec: object };
      assert.deepEqual(spec, { group: "tea.test", version: "v1", groupPriorityMinimum: 1000, versionPriority: 100 });
      await call({ verb: "delete", ...at });
    }
  });
});
