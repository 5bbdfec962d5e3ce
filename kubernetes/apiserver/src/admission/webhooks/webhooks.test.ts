import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { type ResourceInfo, StatusError, type Transport } from "@skiff/api";
import {
  configMaps,
  endpointSlices,
  eventsV1Events,
  mutatingWebhookConfigurations,
  namespaces,
  validatingWebhookConfigurations,
} from "@skiff/api/resources";
import { serveBehindService } from "../../testing/serve-behind-service.ts";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";
import { type Answer, patchOf, startWebhookServer } from "../../testing/start-webhook-server.ts";

type Obj = { metadata: { name: string; uid?: string; labels?: Record<string, string> }; data?: Record<string, string> };
type Hook = Record<string, unknown>;

const onConfigMaps = [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }];
const allowed = { response: { allowed: true } };

async function setUp(t: TestContext, answer: Answer, names: readonly string[] = []) {
  const { api } = await startTestApiServer(t);
  const hook = await startWebhookServer(t, answer, names);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  const call = async (request: Parameters<Transport["call"]>[0]): Promise<Obj> =>
    (await admin.call({ namespace: "default", ...request })) as Obj;
  const clientConfig = (path: string) => ({ url: hook.url + path, caBundle: hook.caBundle });
  const register = async (kind: "mutating" | "validating", name: string, ...webhooks: readonly Hook[]) => {
    const resource: ResourceInfo =
      kind === "mutating" ? mutatingWebhookConfigurations : validatingWebhookConfigurations;
    const body = {
      metadata: { name },
      webhooks: webhooks.map((webhook, index) => ({
        name: `hook${index}.${name}.test`,
        clientConfig: clientConfig(`/${name}/${index}`),
        rules: onConfigMaps,
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        ...webhook,
      })),
    };
    await call({ verb: "create", resource, body });
  };
  const createMap = (name: string, data: Record<string, string> = {}, o: object = {}) =>
    call({ verb: "create", resource: configMaps, body: { metadata: { name, ...o }, data } });
  return { hook, admin, call, register, createMap };
}

function failure(code: number, message: string | RegExp, reason?: string) {
  return (error: unknown) => {
    assert.ok(error instanceof StatusError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.deepEqual([error.code, error.status.reason], [code, reason]);
    return true;
  };
}

describe("validating webhooks", () => {
  it("see the whole request and refuse it in their own words", async (t) => {
    const { hook, register, createMap } = await setUp(t, () => ({
      response: { allowed: false, status: { message: "no such colour", code: 422, reason: "Invalid" } },
    }));
    await register("validating", "deny", {});
    const refusal = 'admission webhook "hook0.deny.test" denied the request: no such colour';
    await assert.rejects(createMap("a", { colour: "none" }), failure(422, refusal, "Invalid"));
    const [{ path, request } = assert.fail()] = hook.calls;
    assert.equal(path, "/deny/0?timeout=10s");
    assert.deepEqual(request.kind, { group: "", version: "v1", kind: "ConfigMap" });
    assert.deepEqual(request.resource, { group: "", version: "v1", resource: "configmaps" });
    assert.deepEqual([request.operation, request.name, request.namespace], ["CREATE", "a", "default"]);
    assert.deepEqual([request.dryRun, request.oldObject, request.subResource], [false, null, undefined]);
    assert.equal(request.options?.kind, "CreateOptions");
    assert.equal(request.userInfo.username, "admin");
    assert.deepEqual([request.object?.kind, request.object?.data], ["ConfigMap", { colour: "none" }]);
  });

  const refusals = [
    { when: "there is no status", status: undefined, code: 400, message: " without explanation", reason: undefined },
    {
      when: "there is a reason only",
      status: { reason: "Forbidden" },
      code: 400,
      message: ": Forbidden",
      reason: "Forbidden",
    },
    {
      when: "its code is a success",
      status: { message: "m", code: 200, status: "Success" },
      code: 400,
      message: ": m",
    },
  ];
  for (const { when, status, code, message, reason } of refusals) {
    it(`make a failure of their refusal when ${when}`, async (t) => {
      const { register, createMap } = await setUp(t, () => ({ response: { allowed: false, status } }));
      await register("validating", "deny", {});
      const text = `admission webhook "hook0.deny.test" denied the request${message}`;
      await assert.rejects(createMap("a"), failure(code, text, reason));
    });
  }

  it("see updates with both objects, and deletions with the old one", async (t) => {
    const { hook, register, createMap, call } = await setUp(t, () => allowed);
    await createMap("a", { k: "1" });
    await register("validating", "see", {});
    await call({ verb: "patch", resource: configMaps, name: "a", patchType: "merge", body: { data: { k: "2" } } });
    await call({ verb: "delete", resource: configMaps, name: "a" });
    const seen = hook.calls.map(({ request: { operation, object, oldObject, options } }) => [
      operation,
      object?.data,
      oldObject?.data,
      options?.kind,
    ]);
    assert.deepEqual(seen, [
      ["UPDATE", { k: "2" }, { k: "1" }, "UpdateOptions"],
      ["DELETE", undefined, { k: "2" }, "DeleteOptions"],
    ]);
  });

  const failures: { when: string; answer: Answer; message: string | RegExp }[] = [
    {
      when: "answers with a code",
      answer: () => ({ code: 500, body: "boom" }),
      message: /failed to call webhook: an error on the server \("boom"\) has prevented the request from succeeding$/,
    },
    {
      when: "has no such path",
      answer: () => ({ code: 404, body: "" }),
      message: /failed to call webhook: the server could not find the requested resource$/,
    },
    {
      when: "answers no response",
      answer: () => ({ body: { kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1" } }),
      message: /received invalid webhook response: webhook response was absent$/,
    },
    {
      when: "answers another question",
      answer: () => ({ response: { uid: "x", allowed: true } }),
      message: /received invalid webhook response: expected response.uid="[0-9a-f-]{36}", got "x"$/,
    },
    {
      when: "answers another kind",
      answer: (request) => ({ body: { kind: "Pod", apiVersion: "v1", response: { uid: request.uid, allowed: true } } }),
      message: /expected webhook response of admission.k8s.io\/v1, Kind=AdmissionReview, got v1, Kind=Pod$/,
    },
    {
      when: "patches",
      answer: () => ({ response: patchOf({ op: "remove", path: "/data" }) }),
      message: /validating webhook may not return response.patch$/,
    },
    {
      when: "does not answer in time",
      answer: () => ({ ...allowed, delayMs: 5000 }),
      message: /failed to call webhook: Post "https:\/\/127.0.0.1:\d+\/x\/0\?timeout=1s": context deadline exceeded$/,
    },
  ];
  for (const { when, answer, message } of failures) {
    it(`fail the request, or not, by their policy when the webhook ${when}`, async (t) => {
      const { register, createMap, call } = await setUp(t, answer);
      await register("validating", "x", { timeoutSeconds: 1 });
      await assert.rejects(createMap("a"), (error) => {
        assert.ok(failure(500, message, "InternalError")(error));
        return /^Internal error occurred: failed calling webhook "hook0.x.test": /.test((error as Error).message);
      });
      const patch = [{ op: "add", path: "/webhooks/0/failurePolicy", value: "Ignore" }];
      const resource = validatingWebhookConfigurations;
      await call({ verb: "patch", resource, name: "x", patchType: "json", body: patch });
      await createMap("a");
    });
  }

  it("are not trusted without their authority, nor reached where nothing listens", async (t) => {
    const { hook, register, createMap, call } = await setUp(t, () => allowed);
    await register("validating", "x", { clientConfig: { url: `${hook.url}/a` } });
    const untrusted =
      /Post "https:\S+": tls: failed to verify certificate: x509: certificate signed by unknown authority$/;
    await assert.rejects(createMap("a"), failure(500, untrusted, "InternalError"));
    const patch = [{ op: "replace", path: "/webhooks/0/clientConfig/url", value: "https://127.0.0.1:1/a" }];
    await call({ verb: "patch", resource: validatingWebhookConfigurations, name: "x", patchType: "json", body: patch });
    const refused = /Post "https:\/\/127.0.0.1:1\/a\?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused$/;
    await assert.rejects(createMap("a"), failure(500, refused, "InternalError"));
  });

  it("are called through a Service's endpoints, under the Service's name", async (t) => {
    const { hook, register, createMap, call, admin } = await setUp(t, () => allowed, ["hooks.default.svc"]);
    const service = { namespace: "default", name: "hooks", path: "/by-service" };
    await register("validating", "x", { clientConfig: { service, caBundle: hook.caBundle } });
    const url = "https://hooks.default.svc:443/by-service?timeout=10s";
    const because = (why: string) =>
      `Internal error occurred: failed calling webhook "hook0.x.test": failed to call webhook: Post "${url}": ${why}`;
    await assert.rejects(createMap("a"), failure(500, because('service "hooks" not found'), "InternalError"));
    const at = { namespace: "default", name: "hooks", port: hook.port };
    await serveBehindService(admin, at);
    await createMap("a");
    assert.deepEqual(
      hook.calls.map(({ path }) => path),
      ["/by-service?timeout=10s"],
    );
    await call({ verb: "delete", resource: endpointSlices, name: "hooks-1" });
    const none = because('no endpoints available for service "hooks"');
    await assert.rejects(createMap("b"), failure(500, none, "InternalError"));
  });

  it("share their connections", async (t) => {
    const { hook, register, createMap } = await setUp(t, () => allowed);
    await register("validating", "x", {});
    for (const name of ["a", "b", "c", "d"]) await createMap(name);
    assert.deepEqual([hook.calls.length, hook.connections()], [4, 1]);
  });

  it("may speak the older version of reviews", async (t) => {
    const { register, createMap } = await setUp(t, ({ name }) => ({ response: { allowed: name !== "bad" } }));
    await register("validating", "x", { admissionReviewVersions: ["v1beta1"] });
    await createMap("a");
    const refusal = 'admission webhook "hook0.x.test" denied the request without explanation';
    await assert.rejects(createMap("bad"), failure(400, refusal));
  });

  it("are asked on a dry run only where that has no side effects", async (t) => {
    const { hook, register, call } = await setUp(t, () => allowed);
    await register("validating", "x", { sideEffects: "NoneOnDryRun" });
    const dry = {
      verb: "create",
      resource: configMaps,
      body: { metadata: { name: "a" } },
      query: { dryRun: "All" },
    } as const;
    await call(dry);
    assert.equal(hook.calls[0]?.request.dryRun, true);
    assert.deepEqual(hook.calls[0]?.request.options?.dryRun, ["All"]);
  });

  it("cannot keep anyone from changing the registrations", async (t) => {
    const { register, call } = await setUp(t, () => ({ response: { allowed: false } }));
    const rules = [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }];
    await register("validating", "x", { rules });
    await call({ verb: "delete", resource: validatingWebhookConfigurations, name: "x" });
  });
});

describe("the selection of requests", () => {
  const table: { when: string; hook: Hook; create: { name: string; o?: object }; called: boolean }[] = [
    {
      when: "no rule names the resource",
      hook: { rules: [{ ...onConfigMaps[0], resources: ["pods"] }] },
      create: { name: "a" },
      called: false,
    },
    {
      when: "a rule names every resource",
      hook: { rules: [{ ...onConfigMaps[0], resources: ["*"] }] },
      create: { name: "a" },
      called: true,
    },
    {
      when: "a rule names only subresources",
      hook: { rules: [{ ...onConfigMaps[0], resources: ["configmaps/status"] }] },
      create: { name: "a" },
      called: false,
    },
    {
      when: "the operation is another",
      hook: { rules: [{ ...onConfigMaps[0], operations: ["DELETE"] }] },
      create: { name: "a" },
      called: false,
    },
    {
      when: "the scope is the cluster's",
      hook: { rules: [{ ...onConfigMaps[0], scope: "Cluster" }] },
      create: { name: "a" },
      called: false,
    },
    {
      when: "the object is selected",
      hook: { objectSelector: { matchLabels: { hook: "yes" } } },
      create: { name: "a", o: { labels: { hook: "yes" } } },
      called: true,
    },
    {
      when: "the object is not selected",
      hook: { objectSelector: { matchLabels: { hook: "yes" } } },
      create: { name: "a" },
      called: false,
    },
    {
      when: "the namespace is selected",
      hook: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } },
      create: { name: "a" },
      called: true,
    },
    {
      when: "the namespace is left out",
      hook: {
        namespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["default"] }],
        },
      },
      create: { name: "a" },
      called: false,
    },
  ];
  for (const { when, hook: selection, create, called } of table) {
    it(`${called ? "calls" : "does not call"} the webhook when ${when}`, async (t) => {
      const { hook, register, createMap } = await setUp(t, () => allowed);
      await register("validating", "x", selection);
      await createMap(create.name, {}, create.o);
      assert.equal(hook.calls.length, called ? 1 : 0);
    });
  }

  it("asks the conditions of the webhook", async (t) => {
    const { hook, register, createMap } = await setUp(t, () => allowed);
    const expression = "object.metadata.name != 'a' && request.userInfo.username == 'admin'";
    await register("validating", "x", { matchConditions: [{ name: "c", expression }] });
    await createMap("a");
    await createMap("b");
    assert.deepEqual(
      hook.calls.map(({ request }) => request.name),
      ["b"],
    );
  });

  it("refuses the request when a condition fails, or takes it for false, by the failure policy", async (t) => {
    const { register, createMap, call } = await setUp(t, () => allowed);
    const matchConditions = [{ name: "c", expression: "object.data.gone == 'x'" }];
    await register("validating", "x", { matchConditions });
    const message =
      "configmaps \"a\" is forbidden: expression 'object.data.gone == 'x'' resulted in error: no such key: data";
    await assert.rejects(createMap("a"), failure(403, message, "Forbidden"));
    const patch = [{ op: "add", path: "/webhooks/0/failurePolicy", value: "Ignore" }];
    await call({ verb: "patch", resource: validatingWebhookConfigurations, name: "x", patchType: "json", body: patch });
    await createMap("a");
  });

  it("takes the labels of a namespace from what it will be", async (t) => {
    const { hook, register, call } = await setUp(t, () => allowed);
    const rules = [
      { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["namespaces"], scope: "Cluster" },
    ];
    await register("validating", "x", { rules, namespaceSelector: { matchLabels: { team: "a" } } });
    await call({ verb: "create", resource: namespaces, body: { metadata: { name: "one", labels: { team: "a" } } } });
    await call({ verb: "create", resource: namespaces, body: { metadata: { name: "two" } } });
    assert.deepEqual(
      hook.calls.map(({ request }) => [request.name, request.namespace]),
      [["one", "one"]],
    );
  });

  it("shows the version a rule names where the match is by equivalence, and not where it is exact", async (t) => {
    const { hook, register, call } = await setUp(t, () => allowed);
    const rules = [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["events"] }];
    await register("validating", "equivalent", { rules });
    await register("validating", "exact", { rules, matchPolicy: "Exact" });
    const body = {
      metadata: { name: "e" },
      regarding: { kind: "Pod", name: "p", namespace: "default" },
      note: "hello",
      reason: "Said",
      type: "Normal",
      action: "Say",
      eventTime: "2026-01-01T00:00:00.000000Z",
      reportingController: "test",
      reportingInstance: "one",
    };
    await call({ verb: "create", resource: eventsV1Events, body });
    assert.deepEqual(
      hook.calls.map(({ path }) => path.split("?")[0]),
      ["/equivalent/0"],
    );
    const { request } = hook.calls[0] ?? assert.fail();
    assert.deepEqual([request.kind.group, request.requestKind.group], ["", "events.k8s.io"]);
    assert.equal(request.object?.message, "hello");
  });
});

describe("mutating webhooks", () => {
  it("change the object, each what the one before made of it, and warn", async (t) => {
    const { hook, register, createMap } = await setUp(t, (_, path) => {
      const value = path.slice(1, 2);
      return { response: { ...patchOf({ op: "add", path: `/data/${value}`, value }), warnings: [`by ${value}`] } };
    });
    await register("mutating", "b", {});
    await register("mutating", "a", {});
    const { data, metadata } = await createMap("m", { k: "1" });
    assert.deepEqual(data, { k: "1", a: "a", b: "b" });
    assert.ok(metadata.uid, "what the server sets is set on the object as it was changed");
    assert.deepEqual(
      hook.calls.map(({ request }) => request.object?.data),
      [{ k: "1" }, { k: "1", a: "a" }],
    );
  });

  it("are called again when they ask for it and a later one changed the object", async (t) => {
    const { hook, register, createMap } = await setUp(t, (request, path) => {
      const count = Number((request.object?.data as Record<string, string> | undefined)?.count ?? 0);
      if (path.startsWith("/a/0"))
        return { response: patchOf({ op: "add", path: "/data/count", value: `${count + 1}` }) };
      return path.startsWith("/b") ? { response: patchOf({ op: "add", path: "/data/b", value: "b" }) } : allowed;
    });
    await register("mutating", "a", { reinvocationPolicy: "IfNeeded" }, {});
    await register("mutating", "b", { reinvocationPolicy: "IfNeeded" });
    assert.deepEqual((await createMap("m", { k: "1" })).data, { k: "1", count: "2", b: "b" });
    const paths = hook.calls.map(({ path }) => path.split("?")[0]);
    assert.deepEqual(paths, ["/a/0", "/a/1", "/b/0", "/a/0", "/b/0"]);
  });

  it("give back an object that is validated like any other", async (t) => {
    const { register, createMap } = await setUp(t, () => ({
      response: patchOf({ op: "add", path: "/data/not~1a~1key", value: "x" }),
    }));
    await register("mutating", "x", {});
    await assert.rejects(createMap("m", { k: "1" }), (error) => error instanceof StatusError && error.code === 422);
  });

  it("cannot change what is deleted", async (t) => {
    const { register, createMap, call } = await setUp(t, () => ({
      response: patchOf({ op: "add", path: "/metadata/labels", value: {} }),
    }));
    await createMap("m");
    await register("mutating", "x", { rules: [{ ...onConfigMaps[0], operations: ["DELETE"] }] });
    const message =
      'Internal error occurred: admission webhook "hook0.x.test" attempted to modify the object, which is not supported for this operation';
    await assert.rejects(
      call({ verb: "delete", resource: configMaps, name: "m" }),
      failure(500, message, "InternalError"),
    );
  });
});
