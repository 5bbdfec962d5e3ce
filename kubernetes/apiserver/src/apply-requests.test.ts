/** Server-side apply over HTTP: of built-in kinds, their subresources and custom resources. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Requests } from "./testing/requests.ts";
import { startTestApiServer } from "./testing/start-test-api-server.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const MAPS = "/api/v1/namespaces/default/configmaps";
const PODS = "/api/v1/namespaces/default/pods";
const SCALERS = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const APPLY = { "content-type": "application/apply-patch+yaml", "user-agent": "tester/1.0" };

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time: string;
  readonly fieldsV1: object;
}
interface Body {
  readonly kind: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: unknown;
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly managedFields?: readonly Entry[];
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
  readonly data?: Record<string, string>;
}

const closing: (() => unknown)[] = [];
let requests: Requests;

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await requests.send(method, path, body, headers);
  return { code: answer.code, body: answer.body as Body, warning: String(answer.headers.warning ?? "") };
}
const apply = (path: string, body: unknown, manager = "a", more = "") =>
  send("PATCH", `${path}?fieldManager=${manager}${more}`, body, APPLY);
const map = (name: string, data: object, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});
const deployment = (name: string, spec: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "web", image: "web:1", ports: [{ containerPort: 80 }] }] },
    },
    ...spec,
  },
});
const held = ({ metadata }: Body) =>
  (metadata.managedFields ?? []).map(({ manager, operation, subresource = "", fieldsV1 }) => [
    `${manager} ${operation} ${subresource}`.trim(),
    fieldsV1,
  ]);

before(async () => {
  const server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
  requests = new Requests(server);
  closing.unshift(() => requests[Symbol.dispose]());
});

after(async () => {
  for (const close of closing) await close();
});

describe("an apply", () => {
  it("creates what is not there, and the second time changes nothing", async () => {
    const created = await apply(`${DEPLOYMENTS}/d1`, deployment("d1"));
    assert.equal(created.code, 201);
    assert.equal(created.body.spec.replicas, 1, "defaults are set");
    const item = {
      ".": {},
      "f:image": {},
      "f:name": {},
      "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
    };
    const template = {
      "f:metadata": { "f:labels": { "f:app": {} } },
      "f:spec": { "f:containers": { 'k:{"name":"web"}': item } },
    };
    assert.deepEqual(held(created.body), [["a Apply", { "f:spec": { "f:selector": {}, "f:template": template } }]]);
    const again = await apply(`${DEPLOYMENTS}/d1`, deployment("d1"));
    assert.deepEqual([again.code, again.body], [200, created.body]);
  });

  it("is stored by nobody on a dry run", async () => {
    assert.equal((await apply(`${MAPS}/dry`, map("dry", { a: "1" }), "a", "&dryRun=All")).code, 201);
    assert.equal((await send("GET", `${MAPS}/dry`)).code, 404);
  });

  it("of another value than someone else holds is a conflict, and by force is not", async () => {
    await apply(`${MAPS}/c1`, map("c1", { a: "1", b: "1" }));
    await send(
      "PATCH",
      `${MAPS}/c1`,
      { data: { b: "2" } },
      { "content-type": "application/merge-patch+json", "user-agent": "writer/1" },
    );
    const { code, body } = await apply(`${MAPS}/c1`, map("c1", { a: "3", b: "3" }), "b");
    const message =
      'Apply failed with 2 conflicts: conflicts with "a":\n- .data.a\nconflicts with "writer" using v1:\n- .data.b';
    const causes = [
      { reason: "FieldManagerConflict", message: 'conflict with "a"', field: ".data.a" },
      { reason: "FieldManagerConflict", message: 'conflict with "writer" using v1', field: ".data.b" },
    ];
    assert.deepEqual([code, body.reason, body.message, body.details], [409, "Conflict", message, { causes }]);
    const forced = await apply(`${MAPS}/c1`, map("c1", { a: "3", b: "3" }), "b", "&force=true");
    assert.deepEqual(forced.body.data, { a: "3", b: "3" });
    assert.deepEqual(held(forced.body), [["b Apply", { "f:data": { "f:a": {}, "f:b": {} } }]]);
  });

  it("removes what its manager leaves out, unless someone else holds it", async () => {
    await apply(`${MAPS}/r1`, map("r1", { a: "1", b: "1", c: "1" }));
    await apply(`${MAPS}/r1`, map("r1", { b: "1" }), "b");
    const { body } = await apply(`${MAPS}/r1`, map("r1", { c: "1" }));
    assert.deepEqual(body.data, { b: "1", c: "1" });
  });

  it("of many at once, all of them creating, is done by all", async () => {
    const managers = Array.from({ length: 8 }, (_, n) => `m${n}`);
    const answers = await Promise.all(
      managers.map((name) => apply(`${MAPS}/race`, map("race", { [name]: "x" }), name)),
    );
    assert.ok(answers.every(({ code }) => code === 200 || code === 201));
    const { body } = await send("GET", `${MAPS}/race`);
    assert.deepEqual(Object.keys(body.data ?? {}).toSorted(), managers);
  });

  it("keeps the time of a record that stays as it is", async () => {
    const first = await apply(`${MAPS}/t1`, map("t1", { a: "1" }));
    const other = await apply(`${MAPS}/t1`, map("t1", { b: "1" }), "b");
    const time = (body: Body) => body.metadata.managedFields?.find(({ manager }) => manager === "a")?.time;
    assert.equal(time(other.body), time(first.body));
  });

  it("takes over from kubectl apply on the client's side, and keeps its annotation true", async () => {
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "k1" }, data: { a: "1", b: "1" } };
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(config) };
    await send("POST", `${MAPS}?fieldManager=kubectl-client-side-apply`, {
      ...config,
      metadata: { name: "k1", annotations },
    });
    assert.equal((await apply(`${MAPS}/k1`, map("k1", { a: "2" }), "other")).code, 409);
    const { code, body } = await apply(`${MAPS}/k1`, map("k1", { a: "2" }), "kubectl");
    assert.equal(code, 200);
    const { annotations: now = {} } = body.metadata;
    const last = JSON.parse(now["kubectl.kubernetes.io/last-applied-configuration"] ?? "{}") as Body;
    assert.deepEqual(last.data, { a: "2" });
  });

  it("to an object without records holds those before it to account", async () => {
    await send("POST", MAPS, map("b1", { a: "1" }));
    const cleared = await send("PUT", `${MAPS}/b1`, map("b1", { a: "1" }, { managedFields: [{}] }));
    assert.equal(cleared.body.metadata.managedFields, undefined);
    const { body } = await apply(`${MAPS}/b1`, map("b1", { b: "1" }));
    assert.deepEqual(held(body), [
      ["a Apply", { "f:data": { "f:b": {} } }],
      ["before-first-apply Update", { "f:data": { ".": {}, "f:a": {} } }],
    ]);
  });

  it("of a version or a uid that is not the object's is a conflict", async () => {
    const { body } = await apply(`${MAPS}/v1`, map("v1", { a: "1" }));
    const stale = await apply(`${MAPS}/v1`, map("v1", { a: "2" }, { resourceVersion: "1" }));
    assert.deepEqual([stale.code, stale.body.reason], [409, "Conflict"]);
    const { uid, resourceVersion } = body.metadata;
    assert.equal((await apply(`${MAPS}/v1`, map("v1", { a: "2" }, { uid, resourceVersion }))).code, 200);
    const none = await apply(`${MAPS}/v2`, map("v2", {}, { uid: "u-1" }));
    const why = "uid mismatch: the provided object specified uid u-1, and no existing object was found";
    assert.deepEqual([none.code, none.body.message], [409, `Operation cannot be fulfilled on configmaps "v2": ${why}`]);
    assert.equal((await apply(`${MAPS}/v2`, map("v2", {}, { resourceVersion: "1" }))).code, 201);
  });

  it("is followed over the versions of its kind", async () => {
    const target = { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d1" }, maxReplicas: 5 };
    const old = {
      apiVersion: "autoscaling/v1",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "h" },
      spec: { ...target, minReplicas: 1 },
    };
    const first = await apply(`${SCALERS.replace("v2", "v1")}/h`, old);
    assert.equal(first.code, 201, first.body.message ?? "");
    const now = { ...old, apiVersion: "autoscaling/v2", spec: target };
    const second = await apply(`${SCALERS}/h`, now);
    assert.equal(second.code, 200, second.body.message ?? "");
    assert.deepEqual(
      held(second.body).map(([who]) => who),
      ["a Apply"],
    );
    const conflict = await apply(`${SCALERS}/h`, { ...now, spec: { ...target, maxReplicas: 6 } }, "b");
    assert.equal(conflict.body.message, 'Apply failed with 1 conflict: conflict with "a": .spec.maxReplicas');
  });
});

interface Refused {
  readonly when: string;
  readonly query?: string;
  readonly body: unknown;
  readonly code: number;
  readonly reason?: string;
  readonly message: string | RegExp;
}

const refused: readonly Refused[] = [
  {
    when: "nobody applies",
    query: "",
    body: map("x", {}),
    code: 422,
    reason: "Invalid",
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  },
  {
    when: "kind and version are missing",
    body: { metadata: { name: "x" } },
    code: 400,
    reason: "BadRequest",
    message: "invalid object type: /, Kind=",
  },
  {
    when: "the kind is another",
    body: { ...map("x", {}), kind: "Secret" },
    code: 400,
    reason: "BadRequest",
    message: "invalid object type: /v1, Kind=Secret",
  },
  {
    when: "the version is no text",
    body: { ...map("x", {}), apiVersion: 5 },
    code: 400,
    reason: "BadRequest",
    message: "invalid object type: /, Kind=ConfigMap",
  },
  {
    when: "the metadata is a text",
    body: { ...map("x", {}), metadata: "x" },
    code: 500,
    message: "failed to create typed patch object (; /v1, Kind=ConfigMap): .metadata: expected map, got &{x}",
  },
  {
    when: "the name is another",
    body: map("y", {}),
    code: 400,
    reason: "BadRequest",
    message: "the name of the object (y) does not match the name on the URL (x)",
  },
  {
    when: "there is no name",
    body: { ...map("x", {}), metadata: {} },
    code: 400,
    reason: "BadRequest",
    message: "the name of the object (x based on URL) was undeterminable: name must be provided",
  },
  {
    when: "the namespace is another",
    body: map("x", {}, { namespace: "other" }),
    code: 400,
    reason: "BadRequest",
    message: "the namespace of the provided object does not match the namespace sent on the request",
  },
  {
    when: "records are sent along",
    body: map("x", {}, { managedFields: [] }),
    code: 400,
    reason: "BadRequest",
    message: "metadata.managedFields must be nil",
  },
  { when: "the text is no YAML", body: "a: [", code: 400, reason: "BadRequest", message: /^error decoding YAML: / },
  {
    when: "a key is repeated and validation is strict",
    query: "?fieldManager=a&fieldValidation=Strict",
    body: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: one\n  a: two\n",
    code: 400,
    reason: "BadRequest",
    message:
      'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map',
  },
  {
    when: "a field is unknown",
    body: { ...map("x", {}), datas: {} },
    code: 500,
    message: "failed to create typed patch object (x; /v1, Kind=ConfigMap): .datas: field not declared in schema",
  },
  {
    when: "a value is of another type",
    body: map("x", { a: 1 }, { namespace: "default" }),
    code: 500,
    message:
      "failed to create typed patch object (default/x; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}",
  },
  {
    when: "what it makes is invalid",
    body: map("x", { "a b": "1" }),
    code: 422,
    reason: "Invalid",
    message: /^ConfigMap "x" is invalid: data\[a b\]: Invalid value: "a b": /,
  },
];

describe("an apply is refused", () => {
  for (const { when, query = "?fieldManager=a", body, code, reason, message } of refused) {
    it(`when ${when}`, async () => {
      const answer = await send("PATCH", `${MAPS}/x${query}`, body, APPLY);
      assert.deepEqual([answer.code, answer.body.reason], [code, reason], answer.body.message ?? "");
      if (typeof message === "string") assert.equal(answer.body.message, message);
      else assert.match(answer.body.message ?? "", message);
      assert.equal((await send("GET", `${MAPS}/x`)).code, 404);
    });
  }

  it("through a subresource of what is not there", async () => {
    const { code } = await apply(`${DEPLOYMENTS}/none/status`, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "none" },
    });
    assert.equal(code, 404);
  });
});

describe("an apply through a subresource", () => {
  it("holds the status, and nothing else of what it says", async () => {
    await apply(`${DEPLOYMENTS}/s1`, deployment("s1", { replicas: 2 }));
    const wanted = { ...deployment("s1", { replicas: 9 }), status: { replicas: 2 } };
    const { body } = await apply(`${DEPLOYMENTS}/s1/status`, wanted, "controller");
    assert.deepEqual([body.spec.replicas, body.status.replicas], [2, 2]);
    assert.deepEqual(held(body)[1], ["controller Apply status", { "f:status": { "f:replicas": {} } }]);
  });

  it("holds the replicas through the scale, where others see it", async () => {
    await apply(`${DEPLOYMENTS}/s2`, deployment("s2", { replicas: 2 }));
    const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "s2" }, spec: { replicas: 5 } };
    const conflict = await apply(`${DEPLOYMENTS}/s2/scale`, scale, "scaler");
    assert.equal(conflict.body.message, 'Apply failed with 1 conflict: conflict with "a": .spec.replicas');
    const forced = await apply(`${DEPLOYMENTS}/s2/scale`, scale, "scaler", "&force=true");
    assert.deepEqual([forced.code, forced.body.kind, forced.body.spec.replicas], [200, "Scale", 5]);
    const { body } = await send("GET", `${DEPLOYMENTS}/s2`);
    assert.deepEqual(held(body)[1], ["scaler Apply scale", { "f:spec": { "f:replicas": {} } }]);
    const back = await apply(`${DEPLOYMENTS}/s2`, deployment("s2", { replicas: 2 }));
    assert.match(back.body.message ?? "", /conflict with "scaler" with subresource "scale": .spec.replicas/);
  });

  it("adds containers to a Pod that runs", async () => {
    const spec = { containers: [{ name: "c", image: "i" }] };
    await send("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
    const made = await send("POST", PODS, { metadata: { name: "p" }, spec });
    assert.equal(made.code, 201, made.body.message ?? "");
    const ephemeralContainers = [{ name: "debug", image: "busybox" }];
    const config = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { ephemeralContainers } };
    const { body, code } = await apply(`${PODS}/p/ephemeralcontainers`, config, "debugger");
    assert.equal(code, 200, body.message ?? "");
    const item = { ".": {}, "f:image": {}, "f:name": {} };
    assert.deepEqual(held(body)[0], [
      "debugger Apply ephemeralcontainers",
      { "f:spec": { "f:ephemeralContainers": { 'k:{"name":"debug"}': item } } },
    ]);
  });
});

describe("an apply of a custom resource", () => {
  const WIDGETS = "/apis/example.org/v1/namespaces/default/widgets";
  const text = { type: "string" };
  const listType = (type: string, keys?: string[]) => ({
    "x-kubernetes-list-type": type,
    ...(keys && { "x-kubernetes-list-map-keys": keys }),
  });
  const spec = {
    type: "object",
    properties: {
      replicas: { type: "integer" },
      tags: { type: "array", items: text, ...listType("set") },
      rules: {
        type: "array",
        items: { type: "object", required: ["name"], properties: { name: text, value: text } },
        ...listType("map", ["name"]),
      },
      whole: { type: "object", additionalProperties: text, "x-kubernetes-map-type": "atomic" },
      open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  };
  const definition = {
    metadata: { name: "widgets.example.org" },
    spec: {
      group: "example.org",
      names: { plural: "widgets", kind: "Widget" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec, status: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
            },
          },
          subresources: { status: {} },
        },
      ],
    },
  };
  const widget = (name: string, spec: object) => ({
    apiVersion: "example.org/v1",
    kind: "Widget",
    metadata: { name },
    spec,
  });

  before(async () => {
    const made = await send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
    assert.equal(made.code, 201, made.body.message ?? "");
    for (let attempt = 0; attempt < 50 && (await send("GET", WIDGETS)).code !== 200; attempt++) {
      await setTimeout(20);
    }
  });

  it("merges by the types its schema gives lists and maps", async () => {
    const first = { tags: ["x"], rules: [{ name: "a", value: "1" }], whole: { k: "1" }, open: { p: { q: 1 } } };
    const created = await apply(`${WIDGETS}/w1`, widget("w1", first));
    assert.equal(created.code, 201, created.body.message ?? "");
    const second = { tags: ["y"], rules: [{ name: "b" }], open: { p: { r: 2 } } };
    const { body } = await apply(`${WIDGETS}/w1`, widget("w1", second), "b");
    assert.deepEqual(body.spec, {
      tags: ["x", "y"],
      rules: [{ name: "a", value: "1" }, { name: "b" }],
      whole: { k: "1" },
      open: { p: { q: 1, r: 2 } },
    });
    const conflict = await apply(`${WIDGETS}/w1`, widget("w1", { whole: { l: "2" } }), "b");
    assert.equal(conflict.body.message, 'Apply failed with 1 conflict: conflict with "a": .spec.whole');
    const dropped = await apply(`${WIDGETS}/w1`, widget("w1", { tags: ["x"] }));
    assert.deepEqual(dropped.body.spec, { tags: ["x", "y"], rules: [{ name: "b" }], open: { p: { r: 2 } } });
  });

  it("is refused where its schema knows no such field", async () => {
    const { code, body } = await apply(`${WIDGETS}/w2`, widget("w2", { nope: 1 }));
    const message =
      "failed to create typed patch object (w2; example.org/v1, Kind=Widget): .spec.nope: field not declared in schema";
    assert.deepEqual([code, body.message], [500, message]);
  });

  it("is tracked on every other write too", async () => {
    const made = await send("POST", `${WIDGETS}?fieldManager=maker`, widget("w3", { replicas: 1 }));
    assert.deepEqual(held(made.body), [["maker Update", { "f:spec": { ".": {}, "f:replicas": {} } }]]);
    const merge = { "content-type": "application/merge-patch+json", "user-agent": "status/1" };
    const { body } = await send(
      "PATCH",
      `${WIDGETS}/w3/status`,
      { spec: { replicas: 4 }, status: { ready: true } },
      merge,
    );
    assert.equal(body.spec.replicas, 1);
    assert.deepEqual(held(body)[1], ["status Update status", { "f:status": { ".": {}, "f:ready": {} } }]);
  });

  it("and not a strategic merge, which its schema cannot guide", async () => {
    const headers = { "content-type": "application/strategic-merge-patch+json" };
    assert.equal((await send("PATCH", `${WIDGETS}/w1`, {}, headers)).code, 415);
  });
});
