import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { StatusError, type Transport } from "@skiff/api";
import type { MutatingAdmissionPolicySpec, Mutation } from "@skiff/api/admissionregistration/v1";
import type { Deployment } from "@skiff/api/apps/v1";
import type { ConfigMap } from "@skiff/api/core/v1";
import {
  configMaps,
  deployments,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
} from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";

const matchConstraints = {
  resourceRules: [
    { operations: ["CREATE"], apiGroups: ["*"], apiVersions: ["*"], resources: ["configmaps", "deployments"] },
  ],
};
const configuration = (expression: string): Mutation => ({
  patchType: "ApplyConfiguration",
  applyConfiguration: { expression },
});
const operations = (expression: string): Mutation => ({ patchType: "JSONPatch", jsonPatch: { expression } });

async function setUp(t: TestContext) {
  const { api } = await startTestApiServer(t);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  const call = (request: Parameters<Transport["call"]>[0]) => admin.call({ namespace: "default", ...request });
  const policy = async (name: string, spec: Partial<MutatingAdmissionPolicySpec>, binding: object = {}) => {
    const body = { metadata: { name }, spec: { matchConstraints, reinvocationPolicy: "Never", ...spec } };
    await call({ verb: "create", resource: mutatingAdmissionPolicies, body });
    const bound = { metadata: { name }, spec: { policyName: name, ...binding } };
    await call({ verb: "create", resource: mutatingAdmissionPolicyBindings, body: bound });
  };
  const createMap = async (name: string, data: Record<string, string> = { k: "v" }) =>
    (await call({ verb: "create", resource: configMaps, body: { metadata: { name }, data } })) as ConfigMap;
  const createDeployment = async () => {
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "i" }] } };
    const body = { metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template } };
    return (await call({ verb: "create", resource: deployments, body })) as Deployment;
  };
  return { call, policy, createMap, createDeployment };
}

describe("a MutatingAdmissionPolicy", () => {
  it("merges a configuration into the object, lists by their keys", async (t) => {
    const { policy, createDeployment } = await setUp(t);
    const sidecar =
      "Object{metadata: Object.metadata{labels: {'by': request.userInfo.username}}, spec: Object.spec{replicas: 3, template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'sidecar', image: 's'}]}}}}";
    await policy("p", { mutations: [configuration(sidecar)] });
    const { metadata, spec } = await createDeployment();
    assert.equal(metadata.labels?.by, "admin");
    assert.equal(spec.replicas, 3);
    assert.deepEqual(
      spec.template.spec?.containers.map(({ name, imagePullPolicy }) => [name, imagePullPolicy]),
      [
        ["main", "Always"],
        ["sidecar", "Always"],
      ],
    );
  });

  it("applies a JSON patch, with variables and its own conditions", async (t) => {
    const { policy, createMap } = await setUp(t);
    await policy("p", {
      matchConditions: [{ name: "marked", expression: "'k' in object.data" }],
      variables: [{ name: "key", expression: "'a/b'" }],
      mutations: [
        operations(
          "[JSONPatch{op: 'test', path: '/data/k', value: 'v'}, JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}, JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey(variables.key), value: object.metadata.name}]",
        ),
        operations(
          "has(object.metadata.annotations) ? [JSONPatch{op: 'replace', path: '/data/k', value: 'seen'}] : []",
        ),
      ],
    });
    const changed = await createMap("m");
    assert.deepEqual([changed.metadata.annotations, changed.data], [{ "a/b": "m" }, { k: "seen" }]);
    assert.deepEqual((await createMap("n", { other: "x" })).data, { other: "x" });
  });

  it("takes what its parameter says, once for each", async (t) => {
    const { policy, createMap, call } = await setUp(t);
    for (const name of ["one", "two"]) {
      const body = { metadata: { name, labels: { use: "yes" } }, data: { key: name } };
      await call({ verb: "create", resource: configMaps, body });
    }
    await policy(
      "p",
      {
        paramKind: { apiVersion: "v1", kind: "ConfigMap" },
        mutations: [operations("[JSONPatch{op: 'add', path: '/data/' + params.data.key, value: 'set'}]")],
      },
      { paramRef: { selector: { matchLabels: { use: "yes" } }, parameterNotFoundAction: "Deny" } },
    );
    assert.deepEqual((await createMap("m")).data, { k: "v", one: "set", two: "set" });
  });

  it("is asked again when it wants to be and a later one changed the object", async (t) => {
    const { policy, createMap } = await setUp(t);
    const count =
      "[JSONPatch{op: 'add', path: '/data/count', value: 'count' in object.data ? object.data.count + '+1' : '1'}]";
    await policy("a", { reinvocationPolicy: "IfNeeded", mutations: [operations(count)] });
    await policy("b", { mutations: [operations("[JSONPatch{op: 'add', path: '/data/b', value: 'b'}]")] });
    assert.deepEqual((await createMap("m")).data, { k: "v", count: "1+1", b: "b" });
  });

  const failures: { when: string; mutation: Mutation; deployment?: true; message: string }[] = [
    {
      when: "its expression fails",
      mutation: operations("[JSONPatch{op: 'add', path: '/data/x', value: object.data.gone}]"),
      message:
        "expression '[JSONPatch{op: 'add', path: '/data/x', value: object.data.gone}]' resulted in error: no such key: gone",
    },
    {
      when: "a part is misplaced",
      mutation: configuration("Object{metadata: Object.spec{labels: {'a': 'b'}}}"),
      message:
        'type mismatch: unexpected type name "Object.spec", expected "Object.metadata", which matches field name path from root Object type',
    },
    {
      when: "it would replace what is only replaced whole",
      deployment: true,
      mutation: configuration("Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}"),
      message:
        "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector",
    },
  ];
  for (const { when, mutation, deployment, message } of failures) {
    it(`refuses the request, or lets it be, by its policy when ${when}`, async (t) => {
      const { policy, createMap, createDeployment, call } = await setUp(t);
      await policy("p", { mutations: [mutation] });
      const create = deployment ? createDeployment : () => createMap("m");
      await assert.rejects(create(), (error) => {
        assert.ok(error instanceof StatusError);
        assert.equal(error.message, `policy 'p' with binding 'p' denied request: ${message}`);
        assert.deepEqual([error.code, error.status.reason], [403, "Invalid"]);
        return true;
      });
      const body = { spec: { failurePolicy: "Ignore" } };
      await call({ verb: "patch", resource: mutatingAdmissionPolicies, name: "p", patchType: "merge", body });
      await create();
    });
  }
});
