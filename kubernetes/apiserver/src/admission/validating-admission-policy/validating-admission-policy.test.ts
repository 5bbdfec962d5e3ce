import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { StatusError, type Transport } from "@skiff/api";
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec } from "@skiff/api/admissionregistration/v1";
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";
import {
  configMaps,
  customResourceDefinitions,
  deployments,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

const rules = (...resources: string[]) => ({
  resourceRules: [{ operations: ["CREATE", "UPDATE"], apiGroups: ["*"], apiVersions: ["*"], resources }],
});

async function setUp(t: TestContext) {
  const { api } = await startTestApiServer(t);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  const call = (request: Parameters<Transport["call"]>[0]) => admin.call({ namespace: "default", ...request });
  const policy = (name: string, spec: Partial<ValidatingAdmissionPolicySpec>, binding: object = {}) =>
    Promise.all([
      call({
        verb: "create",
        resource: validatingAdmissionPolicies,
        body: { metadata: { name }, spec: { matchConstraints: rules("configmaps"), ...spec } },
      }),
      call({
        verb: "create",
        resource: validatingAdmissionPolicyBindings,
        body: { metadata: { name }, spec: { policyName: name, validationActions: ["Deny"], ...binding } },
      }),
    ]);
  const createMap = (name: string, data: Record<string, string> = {}, transport: Transport = admin) =>
    transport.call({ verb: "create", resource: configMaps, namespace: "default", body: { metadata: { name }, data } });
  return { api, admin, call, policy, createMap };
}

function refused(code: number, reason: string, message: string | RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof StatusError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.deepEqual([error.code, error.status.reason], [code, reason]);
    return true;
  };
}

const denied = (message: string) =>
  `configmaps "m" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ${message}`;

describe("a ValidatingAdmissionPolicy", () => {
  const verdicts: {
    when: string;
    spec: Partial<ValidatingAdmissionPolicySpec>;
    data?: Record<string, string>;
    code?: number;
    reason?: string;
    message?: string | RegExp;
  }[] = [
    { when: "its expression holds", spec: { validations: [{ expression: "object.data.k == 'v'" }] }, data: { k: "v" } },
    {
      when: "its expression does not hold",
      spec: { validations: [{ expression: "object.data.k == 'v'" }] },
      data: { k: "w" },
      message: denied("failed expression: object.data.k == 'v'"),
    },
    {
      when: "it has a message and a reason",
      spec: { validations: [{ expression: "false", message: "never", reason: "Forbidden" }] },
      code: 403,
      reason: "Forbidden",
      message: denied("never"),
    },
    {
      when: "its message is an expression",
      spec: {
        validations: [{ expression: "false", message: "never", messageExpression: "'not ' + object.metadata.name" }],
      },
      message: denied("not m"),
    },
    {
      when: "its message expression fails",
      spec: {
        validations: [{ expression: "false", message: "never", messageExpression: "'not ' + object.data.gone" }],
      },
      message: denied("never"),
    },
    {
      when: "its expression fails",
      spec: { validations: [{ expression: "object.data.gone == 'v'" }] },
      data: { k: "v" },
      message: denied("expression 'object.data.gone == 'v'' resulted in error: no such key: gone"),
    },
    {
      when: "its expression fails, which it ignores",
      spec: { failurePolicy: "Ignore", validations: [{ expression: "object.data.gone == 'v'" }] },
    },
    {
      when: "its variables say so",
      spec: {
        variables: [
          { name: "data", expression: "has(object.data) ? object.data : {}" },
          { name: "count", expression: "size(variables.data)" },
          { name: "unused", expression: "object.gone" },
        ],
        validations: [{ expression: "variables.count < 2", messageExpression: "'has ' + string(variables.count)" }],
      },
      data: { a: "1", b: "2" },
      message: denied("has 2"),
    },
    {
      when: "a variable fails",
      spec: {
        variables: [{ name: "x", expression: "object.gone" }],
        validations: [{ expression: "variables.x == 1" }],
      },
      message: denied(
        `expression 'variables.x == 1' resulted in error: composited variable "x" fails to evaluate: no such key: gone`,
      ),
    },
    {
      when: "its conditions leave the request out",
      spec: {
        matchConditions: [{ name: "not-admin", expression: "request.userInfo.username != 'admin'" }],
        validations: [{ expression: "false" }],
      },
    },
    {
      when: "it asks for the namespace",
      spec: { validations: [{ expression: "namespaceObject.metadata.name != 'default'" }] },
      message: denied("failed expression: namespaceObject.metadata.name != 'default'"),
    },
    {
      when: "it asks what the user may do",
      spec: {
        validations: [
          {
            expression:
              "authorizer.requestResource.check('create').allowed() && !authorizer.serviceAccount('default', 'default').group('').resource('nodes').check('delete').allowed()",
          },
        ],
      },
    },
    {
      when: "the operation is no update",
      spec: { validations: [{ expression: "request.operation == 'CREATE' && oldObject == null" }] },
    },
    {
      when: "it costs too much",
      spec: {
        validations: [
          {
            expression:
              "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, a + b + c + d + e > 0)))))",
          },
        ],
      },
      message: /resulted in error: operation cancelled: actual cost limit exceeded$/,
    },
  ];
  for (const { when, spec, data, code = 422, reason = "Invalid", message } of verdicts) {
    it(`${message ? "refuses" : "lets through"} the request when ${when}`, async (t) => {
      const { policy, createMap } = await setUp(t);
      await policy("p", spec);
      if (!message) await createMap("m", data);
      else await assert.rejects(createMap("m", data), refused(code, reason, message));
    });
  }

  it("does nothing without a binding, and only what its binding's selectors let it", async (t) => {
    const { policy, createMap, call } = await setUp(t);
    const matchResources = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "other" } } };
    await policy("p", { validations: [{ expression: "false" }] }, { matchResources });
    await createMap("a");
    await call({ verb: "delete", resource: validatingAdmissionPolicyBindings, name: "p" });
    await createMap("b");
  });

  it("is about the versions and resources its rules name, and leaves out what they exclude", async (t) => {
    const { policy, call, createMap } = await setUp(t);
    const excluded = {
      operations: ["*"],
      apiGroups: [""],
      apiVersions: ["v1"],
      resources: ["configmaps"],
      resourceNames: ["free"],
    };
    await policy("p", {
      matchConstraints: { ...rules("*"), excludeResourceRules: [excluded] } as never,
      validations: [{ expression: "object.kind == 'Deployment'" }],
    });
    await createMap("free");
    await assert.rejects(createMap("m"), refused(422, "Invalid", /denied request: failed expression/));
    const labels = { app: "a" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
    const spec = { selector: { matchLabels: labels }, template };
    await call({ verb: "create", resource: deployments, body: { metadata: { name: "d" }, spec } });
  });

  it("takes its parameters from the objects its binding selects", async (t) => {
    const { policy, createMap, call } = await setUp(t);
    const paramKind = { apiVersion: "v1", kind: "ConfigMap" };
    for (const [name, most] of [
      ["strict", "1"],
      ["lax", "5"],
    ] as const) {
      const body = { metadata: { name, labels: { limits: "yes" } }, data: { most } };
      await call({ verb: "create", resource: configMaps, body });
    }
    const spec = {
      paramKind,
      validations: [
        {
          expression: "size(object.data) <= int(params.data.most)",
          messageExpression: "'at most ' + params.data.most",
        },
      ],
    };
    await policy("p", spec, { paramRef: { name: "lax", parameterNotFoundAction: "Deny" } });
    await createMap("two", { a: "1", b: "2" });
    const paramRef = { name: null, selector: { matchLabels: { limits: "yes" } }, parameterNotFoundAction: "Deny" };
    const change = (body: object) =>
      call({ verb: "patch", resource: validatingAdmissionPolicyBindings, name: "p", patchType: "merge", body });
    await change({ spec: { paramRef } });
    await assert.rejects(createMap("m", { a: "1", b: "2" }), refused(422, "Invalid", denied("at most 1")));
    await change({ spec: { paramRef: { name: "gone", selector: null } } });
    const missing =
      "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction";
    await assert.rejects(createMap("m"), refused(422, "Invalid", denied(missing)));
    await change({ spec: { paramRef: { parameterNotFoundAction: "Allow" } } });
    await createMap("m");
  });

  it("is refused when an expression does not compile", async (t) => {
    const { policy } = await setUp(t);
    const spec = {
      matchConditions: [{ name: "c", expression: "'text'" }],
      variables: [{ name: "v", expression: "params.x" }],
      validations: [{ expression: "object.a ==", messageExpression: "authorizer.path('/')" }],
    };
    await assert.rejects(policy("p", spec), (error) => {
      assert.ok(error instanceof StatusError);
      const causes = error.status.details?.causes ?? [];
      assert.deepEqual(
        causes.map(({ field }) => field),
        [
          "spec.matchConditions[0].expression",
          "spec.variables[0].expression",
          "spec.validations[0].expression",
          "spec.validations[0].messageExpression",
        ],
      );
      assert.match(causes[0]?.message ?? "", /^Invalid value: "'text'": must evaluate to bool but got string$/);
      assert.match(
        causes[1]?.message ?? "",
        /compilation failed: ERROR: <input>:1:1: undeclared reference to 'params'/,
      );
      return error.code === 422;
    });
  });

  it("says in its status where the types it is about do not fit", async (t) => {
    const { admin, policy } = await setUp(t);
    await policy("p", {
      matchConstraints: {
        resourceRules: [
          {
            operations: ["CREATE"],
            apiGroups: ["apps"],
            apiVersions: ["v1"],
            resources: ["deployments", "statefulsets"],
          },
        ],
      } as never,
      validations: [
        { expression: "object.replicas > 1" },
        { expression: "object.spec.paused || object.spec.replicas > 1 || object.spec.template.spec.hostNetwork" },
      ],
    });
    const query = { fieldSelector: "metadata.name=p" };
    for await (const { object } of admin.watch({ resource: validatingAdmissionPolicies, query }, t.signal)) {
      const { status, metadata } = object as ValidatingAdmissionPolicy;
      if (status?.observedGeneration !== metadata.generation) continue;
      const at = " | object.replicas > 1\n | ......^";
      const issue = `ERROR: <input>:1:7: undefined field 'replicas'\n${at}`;
      const [first, second] = status?.typeChecking?.expressionWarnings ?? [];
      assert.equal(first?.fieldRef, "spec.validations[0].expression");
      assert.equal(first?.warning, `apps/v1, Kind=Deployment: ${issue}\napps/v1, Kind=StatefulSet: ${issue}`);
      assert.match(second?.warning ?? "", /^apps\/v1, Kind=StatefulSet: ERROR: <input>:1:12: undefined field 'paused'/);
      return;
    }
  });

  it("says so of custom resources too", async (t) => {
    const { admin, policy } = await setUp(t);
    const schema = {
      type: "object",
      properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
    };
    const definition = {
      metadata: { name: "gadgets.example.org" },
      spec: {
        group: "example.org",
        scope: "Namespaced",
        names: { plural: "gadgets", kind: "Gadget" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    };
    await admin.call({ verb: "create", resource: customResourceDefinitions, body: definition });
    const named = { fieldSelector: "metadata.name=gadgets.example.org" };
    for await (const { object } of admin.watch({ resource: customResourceDefinitions, query: named }, t.signal)) {
      const { conditions = [] } = (object as CustomResourceDefinition).status ?? {};
      if (conditions.some(({ type, status }) => type === "Established" && status === "True")) break;
    }
    const rule = { operations: ["CREATE"], apiGroups: ["example.org"], apiVersions: ["v1"], resources: ["gadgets"] };
    await policy("p", {
      matchConstraints: { resourceRules: [rule] } as never,
      validations: [
        { expression: "object.spec.size > 1 && object.metadata.labels['a'] == object.metadata.name" },
        { expression: "object.spec.size == 'large'" },
        { expression: "object.spec.colour == 'red'" },
      ],
    });
    const query = { fieldSelector: "metadata.name=p" };
    for await (const { object } of admin.watch({ resource: validatingAdmissionPolicies, query }, t.signal)) {
      const { status, metadata } = object as ValidatingAdmissionPolicy;
      if (status?.observedGeneration !== metadata.generation) continue;
      const warnings = status?.typeChecking?.expressionWarnings ?? [];
      assert.deepEqual(
        warnings.map(({ fieldRef }) => fieldRef),
        ["spec.validations[1].expression", "spec.validations[2].expression"],
      );
      assert.match(warnings[0]?.warning ?? "", /^example.org\/v1, Kind=Gadget: ERROR: .*no matching overload/);
      assert.match(warnings[1]?.warning ?? "", /undefined field 'colour'/);
      return;
    }
  });

  it("does not refuse what its binding only warns of", async (t) => {
    const { policy, createMap } = await setUp(t);
    const validationActions = ["Warn", "Audit"];
    await policy("p", { validations: [{ expression: "false", message: "careful" }] }, { validationActions });
    await createMap("m");
  });
});
