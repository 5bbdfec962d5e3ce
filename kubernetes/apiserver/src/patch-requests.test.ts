/** PATCH over HTTP: what each type of patch is answered with, to the field. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Answered, Requests } from "./testing/requests.ts";
import { startTestApiServer } from "./testing/start-test-api-server.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const MAPS = "/api/v1/namespaces/default/configmaps";
const MEDIA = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

interface Body {
  readonly kind: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: unknown;
  readonly metadata: { readonly resourceVersion: string; readonly labels?: object; readonly managedFields?: Entry[] };
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: { name: string }[] } };
  };
  readonly data?: object;
}
interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1: object;
}

const closing: (() => unknown)[] = [];
let requests: Requests;

const patch = (path: string, type: keyof typeof MEDIA, body: unknown) =>
  requests.send("PATCH", path, body, { "content-type": MEDIA[type], "user-agent": "tester/1.0" });
const read = async (path: string) => (await requests.send("GET", path)).body as Body;
const warnings = ({ headers }: Answered) => String(headers.warning ?? "");

const deployment = (name: string) => ({
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: "web", image: "web:1", env: [{ name: "A", value: "1" }] },
          { name: "side", image: "side:1" },
        ],
      },
    },
  },
});

before(async () => {
  const server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
  requests = new Requests(server);
  closing.unshift(() => requests[Symbol.dispose]());
  assert.equal((await requests.send("POST", DEPLOYMENTS, deployment("d"))).code, 201);
  assert.equal((await requests.send("POST", MAPS, { metadata: { name: "m" }, data: { a: "1" } })).code, 201);
});

after(async () => {
  for (const close of closing) await close();
});

interface Refused {
  readonly when: string;
  readonly type: keyof typeof MEDIA;
  readonly path?: string;
  readonly body: unknown;
  readonly code: number;
  readonly reason: string | undefined;
  readonly message: string | RegExp;
  readonly details?: unknown;
}

const D = `${DEPLOYMENTS}/d`;
const REJECTED = "the server rejected our request due to an error in our request";
const refused: readonly Refused[] = [
  {
    when: "a test of a JSON patch fails",
    type: "json",
    body: [{ op: "test", path: "/spec/replicas", value: 9 }],
    code: 422,
    reason: "Invalid",
    message: REJECTED,
    details: {},
  },
  {
    when: "a JSON patch removes what is not there",
    type: "json",
    body: [{ op: "remove", path: "/spec/nope" }],
    code: 422,
    reason: "Invalid",
    message: REJECTED,
    details: {},
  },
  {
    when: "a JSON patch has too many operations",
    type: "json",
    body: Array.from({ length: 10_001 }, () => ({ op: "test", path: "/kind", value: "Deployment" })),
    code: 413,
    reason: "RequestEntityTooLarge",
    message: "Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
  },
  {
    when: "a JSON patch copies without end",
    type: "json",
    path: `${MAPS}/m`,
    body: [
      { op: "add", path: "/data/big", value: "x".repeat(1_000_000) },
      ...Array.from({ length: 4 }, (_, n) => ({ op: "copy", from: "/data/big", path: `/data/c${n}` })),
    ],
    code: 422,
    reason: "Invalid",
    message: REJECTED,
    details: {},
  },
  {
    when: "a JSON patch is an object",
    type: "json",
    body: {},
    code: 400,
    reason: "BadRequest",
    message: "error decoding patch: json: cannot unmarshal object into Go value of type []interface {}",
  },
  {
    when: "a merge patch is a list",
    type: "merge",
    body: [],
    code: 400,
    reason: "BadRequest",
    message: "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
  },
  {
    when: "a merge patch is null",
    type: "merge",
    body: "null",
    code: 400,
    reason: "BadRequest",
    message: "Invalid JSON Patch",
  },
  {
    when: "a merge patch is no JSON",
    type: "merge",
    body: "{nope",
    code: 400,
    reason: "BadRequest",
    message: "error decoding patch: invalid character 'n' looking for beginning of object key string",
  },
  {
    when: "a strategic patch is no JSON",
    type: "strategic",
    body: "{nope",
    code: 400,
    reason: "BadRequest",
    message: "invalid character 'n' looking for beginning of object key string",
  },
  {
    when: "a patch gives another name",
    type: "merge",
    body: { metadata: { name: "e" } },
    code: 400,
    reason: "BadRequest",
    message: "the name of the object (e) does not match the name on the URL (d)",
  },
  {
    when: "a patch gives another namespace",
    type: "merge",
    body: { metadata: { namespace: "other" } },
    code: 400,
    reason: "BadRequest",
    message: "the namespace of the provided object does not match the namespace sent on the request",
  },
  {
    when: "a patch was made for another version",
    type: "strategic",
    body: { metadata: { resourceVersion: "1" } },
    code: 409,
    reason: "Conflict",
    message:
      'Operation cannot be fulfilled on deployments.apps "d": the object has been modified; please apply your changes to the latest version and try again',
    details: { name: "d", group: "apps", kind: "deployments" },
  },
  {
    when: "a patch names another uid",
    type: "merge",
    body: { metadata: { uid: "x" } },
    code: 422,
    reason: "Invalid",
    message: /^Deployment.apps "d" is invalid: .*metadata.uid: Invalid value: "x": field is immutable/,
  },
  {
    when: "a strategic patch leaves out the merge key",
    type: "strategic",
    body: { spec: { template: { spec: { containers: [{ image: "x", ports: [{ containerPort: 1 }] }] } } } },
    code: 500,
    reason: undefined,
    message: "map: map[image:x ports:[map[containerPort:1]]] does not contain declared merge key: name",
  },
  {
    when: "a strategic patch has a directive there is not",
    type: "strategic",
    body: { spec: { $patch: "nope", replicas: 1 } },
    code: 500,
    reason: undefined,
    message: "unknown patch type: nope in map: map[$patch:nope replicas:1]",
  },
  {
    when: "a strategic patch keeps less than it gives",
    type: "strategic",
    body: { spec: { strategy: { $retainKeys: ["type"], rollingUpdate: {} } } },
    code: 400,
    reason: "BadRequest",
    message: "invalid patch format of retainKeys",
  },
  {
    when: "a strategic patch orders by what is no list",
    type: "strategic",
    body: { spec: { template: { spec: { "$setElementOrder/containers": "x" } } } },
    code: 400,
    reason: "BadRequest",
    message: "invalid patch format of setElementOrder list",
  },
  {
    when: "a strategic patch is of another type than the field",
    type: "strategic",
    body: { spec: { replicas: "x" } },
    code: 422,
    reason: "Invalid",
    message: / "" is invalid: patch: Invalid value: "map\[spec:map\[replicas:x\]\]": /,
  },
  {
    when: "a patch is no apply and is to be forced",
    type: "merge",
    path: `${D}?force=true`,
    body: {},
    code: 422,
    reason: "Invalid",
    message: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  },
  {
    when: "an unknown field comes with strict validation",
    type: "strategic",
    path: `${D}?fieldValidation=Strict`,
    body: { spec: { repl: 2 } },
    code: 422,
    reason: "Invalid",
    message:
      ' "" is invalid: patch: Invalid value: "map[spec:map[repl:2]]": strict decoding error: unknown field "spec.repl"',
  },
  {
    when: "a key is repeated with strict validation",
    type: "strategic",
    path: `${D}?fieldValidation=Strict`,
    body: '{"spec":{"replicas":2,"replicas":3}}',
    code: 422,
    reason: "Invalid",
    message:
      ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:3]]": strict decoding error: duplicate field "spec.replicas"',
  },
  {
    when: "the object does not exist",
    type: "merge",
    path: `${DEPLOYMENTS}/none`,
    body: {},
    code: 404,
    reason: "NotFound",
    message: 'deployments.apps "none" not found',
    details: { name: "none", group: "apps", kind: "deployments" },
  },
];

describe("a patch is refused", () => {
  for (const { when, type, path = D, body, code, reason, message, details } of refused) {
    it(`when ${when}`, async () => {
      const before = await read(D);
      const answer = await patch(path, type, body);
      const status = answer.body as Body;
      assert.deepEqual([answer.code, status.kind, status.reason], [code, "Status", reason]);
      if (typeof message === "string") assert.equal(status.message, message);
      else assert.match(status.message ?? "", message);
      if (details) assert.deepEqual(status.details, details);
      assert.deepEqual(await read(D), before, "nothing is changed");
    });
  }

  it("when its type is none, with the types there are", async () => {
    const { code, body } = await requests.send("PATCH", D, {}, { "content-type": "application/x-nope" });
    assert.deepEqual([code, (body as Body).reason], [415, "UnsupportedMediaType"]);
  });
});

describe("a patch is applied", () => {
  it("with its tests, moves and copies in order", async () => {
    const operations = [
      { op: "test", path: "/data/a", value: "1" },
      { op: "copy", from: "/data/a", path: "/data/b" },
      { op: "move", from: "/data/b", path: "/data/c~1d" },
    ];
    const bad = await patch(`${MAPS}/m`, "json", operations);
    assert.equal(bad.code, 422, "no key of a ConfigMap has a slash");
    operations[2] = { op: "move", from: "/data/b", path: "/data/c" };
    assert.deepEqual(((await patch(`${MAPS}/m`, "json", operations)).body as Body).data, { a: "1", c: "1" });
  });

  it("with a warning about unknown and repeated fields, where it is not strict", async () => {
    const answer = await patch(D, "strategic", '{"spec":{"repl":2,"replicas":2,"replicas":3}}');
    assert.equal(answer.code, 200);
    assert.match(warnings(answer), /unknown field \\"spec.repl\\"/);
    assert.match(warnings(answer), /duplicate field \\"spec.replicas\\"/);
    assert.equal((answer.body as Body).spec.replicas, 3);
    const silent = await patch(`${D}?fieldValidation=Ignore`, "merge", '{"spec":{"repl":2,"replicas":2,"replicas":1}}');
    assert.deepEqual([silent.code, warnings(silent)], [200, ""]);
  });

  it("with lists merged by their keys, deleted from and ordered", async () => {
    const spec = {
      "$setElementOrder/containers": [{ name: "new" }, { name: "web" }],
      containers: [
        { name: "new", image: "new:1" },
        { name: "side", $patch: "delete" },
      ],
    };
    const { body } = await patch(`${D}?dryRun=All`, "strategic", { spec: { template: { spec } } });
    assert.deepEqual(
      (body as Body).spec.template.spec.containers.map(({ name }) => name),
      ["new", "web"],
    );
  });

  it("without being stored on a dry run", async () => {
    const before = await read(D);
    const { code, body } = await patch(`${D}?dryRun=All`, "merge", { metadata: { labels: { dry: "run" } } });
    assert.deepEqual([code, (body as Body).metadata.labels], [200, { app: "d", dry: "run" }]);
    assert.deepEqual(await read(D), before);
  });

  it("and changes nothing, no version and no record, where it says what is", async () => {
    const before = await read(D);
    for (const body of [{}, { spec: { replicas: before.spec.replicas } }, { metadata: { creationTimestamp: null } }]) {
      assert.deepEqual((await patch(D, "merge", body)).body, before);
    }
  });

  it("to keys that mean something to JavaScript", async () => {
    const labels = JSON.parse('{"constructor":"a","toString":"b"}');
    const { body } = await patch(D, "merge", { metadata: { labels } });
    assert.deepEqual((body as Body).metadata.labels, { app: "d", ...labels });
    const gone = await patch(D, "merge", { metadata: { labels: { constructor: null, toString: null } } });
    assert.deepEqual((gone.body as Body).metadata.labels, { app: "d" });
  });

  it("to the status alone through the status", async () => {
    const body = { metadata: { labels: { x: "y" } }, spec: { replicas: 7 }, status: { replicas: 2 } };
    const answer = (await patch(`${D}/status`, "merge", body)).body as Body & { status: { replicas: number } };
    assert.deepEqual([answer.status.replicas, answer.spec.replicas], [2, 1]);
    const entry = answer.metadata.managedFields?.find(({ subresource }) => subresource === "status");
    assert.deepEqual(
      [entry?.manager, entry?.operation, entry?.fieldsV1],
      ["tester", "Update", { "f:status": { "f:replicas": {} } }],
    );
  });

  it("to the scale, which names the one who scaled", async () => {
    await patch(`${D}/scale`, "merge", { spec: { replicas: 4 } });
    const { spec, metadata } = await read(D);
    assert.equal(spec.replicas, 4);
    const entry = metadata.managedFields?.find(({ subresource }) => subresource === "scale");
    assert.deepEqual(entry?.fieldsV1, { "f:spec": { "f:replicas": {} } });
  });

  it("again to the newest version, by all of many at once", async () => {
    const names = Array.from({ length: 20 }, (_, n) => `k${n}`);
    const answers = await Promise.all(
      names.map((name) => patch(`${MAPS}/m`, "merge", { metadata: { annotations: { [name]: "x" } } })),
    );
    assert.ok(answers.every(({ code }) => code === 200));
    const { metadata } = (await read(`${MAPS}/m`)) as unknown as { metadata: { annotations: object } };
    assert.deepEqual(Object.keys(metadata.annotations).toSorted(), names.toSorted());
  });
});

describe("an update", () => {
  it("needs the name of its object", async () => {
    const { code, body } = await requests.send("PUT", `${MAPS}/m`, { data: {} });
    const why = "the name of the object (m based on URL) was undeterminable: name must be provided";
    assert.deepEqual([code, (body as Body).message], [400, why]);
  });

  it("without a version replaces whatever is there, by all of many at once", async () => {
    await requests.send("POST", MAPS, { metadata: { name: "many" } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        requests.send("PUT", `${MAPS}/many`, { metadata: { name: "many" }, data: { n: String(n) } }),
      ),
    );
    assert.deepEqual([...new Set(answers.map(({ code }) => code))], [200]);
    const written = answers.map(({ body }) => (body as Body).metadata.resourceVersion);
    assert.equal(new Set(written).size, 20);
  });

  it("of an object that is not there creates none, but where its kind allows it", async () => {
    const map = await requests.send("PUT", `${MAPS}/none`, { metadata: { name: "none" } });
    assert.equal(map.code, 404);
    const lease = { metadata: { name: "l" }, spec: { holderIdentity: "a" } };
    const created = await requests.send("PUT", "/apis/coordination.k8s.io/v1/namespaces/default/leases/l", lease);
    assert.equal(created.code, 201);
  });
});

describe("a name that is generated", () => {
  it("is another one on every create, and on a dry run is not kept", async () => {
    const make = (query = "") => requests.send("POST", `${MAPS}${query}`, { metadata: { generateName: "g-" } });
    const names = await Promise.all(
      Array.from({ length: 20 }, async () => ((await make()).body as { metadata: { name: string } }).metadata.name),
    );
    assert.equal(new Set(names).size, 20);
    assert.ok(names.every((name) => /^g-[a-z0-9]{5}$/.test(name)));
    assert.equal((await make("?dryRun=All")).code, 201);
  });

  it("is not made where a name is given: one that is taken is answered as one that could not be made", async () => {
    const body = { metadata: { name: "m", generateName: "g-" } };
    for (const query of ["", "?dryRun=All"]) {
      const answer = await requests.send("POST", `${MAPS}${query}`, body);
      assert.deepEqual([answer.code, (answer.body as Body).reason], [409, "AlreadyExists"]);
      assert.match((answer.body as Body).message ?? "", /was not able to generate a unique name/);
    }
  });
});

describe("owners", () => {
  it("that are repeated are kept once, with a warning", async () => {
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "m", uid: "u-1" };
    const body = { metadata: { name: "owned", ownerReferences: [owner, owner] } };
    const answer = await requests.send("POST", MAPS, body);
    assert.deepEqual((answer.body as { metadata: { ownerReferences: object[] } }).metadata.ownerReferences, [owner]);
    assert.match(warnings(answer), /duplicate UID\(s\) observed: \[u-1\]/);
  });
});
