/** Custom resources with the real kubectl: a platform's worth of definitions, and what is done with their objects. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { customDefinitions } from "./support/custom-definitions.ts";
import { eventually } from "./support/eventually.ts";

const GROUP = "platform.example.org";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("t-custom");
});

after(() => cluster[Symbol.asyncDispose]());

const definitions = customDefinitions();
const bundle = JSON.stringify({ apiVersion: "v1", kind: "List", items: definitions });
const apply = (object: object) => cluster.kubectl("apply -f -", { input: JSON.stringify(object) });
const of = (kind: string, name: string, spec: object, metadata: object = {}) => ({
  apiVersion: `${GROUP}/v1`,
  kind,
  metadata: { name, ...metadata },
  spec,
});

describe("a bundle of definitions", () => {
  it("is installed by one server-side apply, and served as soon as it is established", async () => {
    await cluster.ok("apply --server-side -f -", { input: bundle });
    await cluster.ok("wait --for=condition=established crd -l platform=example --timeout=10s");
    const kinds = (await cluster.ok(`api-resources --api-group=${GROUP} -o name`)).trim().split("\n");
    assert.equal(kinds.length, definitions.length);
    assert.equal((await cluster.ok("get platform -A")).trim(), "");
  });

  it("can be applied again, which changes nothing", async () => {
    const generations = () => cluster.ok("get crd -o jsonpath={.items[*].metadata.resourceVersion}");
    const first = await generations();
    await cluster.ok("apply --server-side -f -", { input: bundle });
    assert.equal(await generations(), first);
  });

  it("is explained, down to its depths", async () => {
    const explained = await cluster.ok("explain application.spec.template.containers.livenessProbe.httpGet.port");
    assert.match(explained, /GROUP:\s+platform\.example\.org\nKIND:\s+Application\nVERSION:\s+v1/);
    assert.match(explained, /FIELD: port <integer>/);
    assert.match(explained, /A port number\./);
    assert.match(await cluster.ok("explain gateways --recursive"), /listeners\s+<\[\]Object> -required-/);
  });
});

const template = { containers: [{ name: "main", image: "busybox", readinessProbe: { exec: { command: ["true"] } } }] };

describe("custom objects", () => {
  it("are defaulted, pruned, shown and described", async () => {
    const done = await apply(of("Application", "shop", { replicas: 3, template, nonsense: 1 }));
    assert.match(done.stderr, /unknown field "spec\.nonsense"/);
    await cluster.ok("apply --validate=false -f -", {
      input: JSON.stringify(of("Application", "shop", { replicas: 3, template, nonsense: 1 })),
    });
    const shop = JSON.parse(await cluster.ok("get app shop -o json"));
    assert.equal(shop.spec.maxReplicas, 10);
    assert.deepEqual(shop.spec.template.containers[0].readinessProbe, {
      exec: { command: ["true"] },
      periodSeconds: 10,
      timeoutSeconds: 1,
    });
    assert.equal(shop.spec.nonsense, undefined);
    assert.equal(shop.metadata.generation, 1);
    assert.match(await cluster.ok("get app"), /^NAME\s+READY\s+AGE\nshop\s+\d+s/);
    assert.match(await cluster.ok("describe app shop"), /Max Replicas:\s+10/);
  });

  it("are patched, edited, scaled, and have a status of their own", async () => {
    await cluster.ok(["patch", "app", "shop", "--type=merge", "-p", '{"spec":{"replicas":4}}']);
    await cluster.ok([
      "patch",
      "app",
      "shop",
      "--type=json",
      "-p",
      '[{"op":"add","path":"/spec/maxReplicas","value":9}]',
    ]);
    const strategic = await cluster.kubectl(["patch", "app", "shop", "-p", '{"spec":{"replicas":4}}']);
    assert.match(strategic.stderr, /strategic-merge-patch\+json is not supported/);
    await cluster.ok("edit app shop", { env: { KUBE_EDITOR: "sed -i s/busybox/alpine/" } });
    await cluster.ok("scale app shop --replicas=5");
    const status = { conditions: [{ type: "Ready", status: "True" }], replicas: 2, selector: "app=shop" };
    const patch = JSON.stringify({ status, spec: { replicas: 7 } });
    await cluster.ok(["patch", "app", "shop", "--subresource=status", "--type=merge", "-p", patch]);
    await cluster.ok("wait --for=condition=Ready app/shop --timeout=5s");
    const shop = JSON.parse(await cluster.ok("get app shop -o json"));
    assert.deepEqual([shop.spec.replicas, shop.spec.maxReplicas, shop.metadata.generation], [5, 9, 5]);
    assert.equal(shop.spec.template.containers[0].image, "alpine");
    const scale = JSON.parse(await cluster.ok("get app shop --subresource=scale -o json"));
    assert.deepEqual(scale.status, { replicas: 2, selector: "app=shop" });
  });

  it("exist in every version", async () => {
    const old = JSON.parse(await cluster.ok(`get applications.v1beta1.${GROUP} shop -o json`));
    assert.deepEqual([old.apiVersion, old.spec.replicas], [`${GROUP}/v1beta1`, 5]);
  });

  it("are owned field by field in server-side apply, lists of type map included", async () => {
    const mine = (image: string) => of("Application", "owned", { template: { containers: [{ name: "a", image }] } });
    const applyAs = (manager: string, object: object) =>
      cluster.kubectl(`apply --server-side --field-manager=${manager} -f -`, { input: JSON.stringify(object) });
    assert.equal((await applyAs("one", mine("x"))).code, 0);
    const refused = await applyAs("two", mine("y"));
    assert.match(refused.stderr, /conflict with "one": \.spec\.template\.containers\[name="a"\]\.image/);
    const other = of("Application", "owned", { template: { containers: [{ name: "b", image: "z" }] } });
    assert.equal((await applyAs("two", other)).code, 0);
    const names = await cluster.ok("get app owned -o jsonpath={.spec.template.containers[*].name}");
    assert.equal(names, "a b");
  });

  const listener = (name: string, port: number, more: object = {}) => ({ name, port, protocol: "HTTP", ...more });
  const refusals = [
    {
      when: "a type is wrong",
      object: of("Application", "bad", { replicas: "many" }),
      says: /spec\.replicas: Invalid value: "string": spec\.replicas in body must be of type integer: "string"/,
    },
    {
      when: "a field is missing",
      object: of("Gateway", "bad", {}),
      says: /spec\.listeners: Required value/,
    },
    {
      when: "a value is none of those there are",
      object: of("Gateway", "bad", { listeners: [listener("a", 80, { protocol: "UDP" })] }),
      says: /spec\.listeners\[0\]\.protocol: Unsupported value: "UDP": supported values: "HTTP", "HTTPS", "TCP", "TLS"/,
    },
    {
      when: "a key comes twice",
      object: of("Gateway", "bad", { listeners: [listener("a", 80), listener("a", 81)] }),
      says: /spec\.listeners\[1\]: Duplicate value: \{"name":"a"\}/,
    },
    {
      when: "a rule does not hold",
      object: of("Application", "bad", { replicas: 20 }),
      says: /The Application "bad" is invalid: spec: Invalid value: "object": replicas must not be more than maxReplicas/,
    },
    {
      when: "a rule over a list does not hold",
      object: of("Gateway", "bad", { listeners: [listener("a", 80), listener("b", 80)] }),
      says: /spec\.listeners: Invalid value: "array": listeners must differ in port, protocol or hostname/,
    },
    {
      when: "a rule with a library's function does not hold",
      object: of("Gateway", "bad", { listeners: [listener("a", 80)], addresses: ["10.0.0.300"] }),
      says: /spec\.addresses\[0\]: Invalid value: "string": must be an IP address/,
    },
    {
      when: "durations compare the wrong way",
      object: of("Certificate", "bad", { secretName: "s", dnsNames: ["a.b"], duration: "1h", renewBefore: "90m" }),
      says: /spec: Invalid value: "object": a certificate must be renewed before it ends/,
    },
  ];
  for (const { when, object, says } of refusals) {
    it(`are refused when ${when}`, async () => {
      const { code, stderr } = await apply(object);
      assert.equal(code, 1);
      assert.match(stderr, says);
    });
  }

  it("are refused changes that rules about the past forbid", async () => {
    const topic = (partitions: number) => of("Topic", "events", { partitions });
    assert.equal((await apply(topic(3))).code, 0);
    assert.equal((await apply(topic(5))).code, 0);
    assert.match(
      (await apply(topic(4))).stderr,
      /spec\.partitions: Invalid value: "integer": partitions can only be added/,
    );
  });

  it("go with their owners and with their namespace", async () => {
    await cluster.ok("create namespace team");
    await apply(of("Topic", "parent", { partitions: 1 }, { namespace: "team" }));
    const uid = await cluster.ok("get topic parent -n team -o jsonpath={.metadata.uid}");
    const ownerReferences = [{ apiVersion: `${GROUP}/v1`, kind: "Topic", name: "parent", uid }];
    await apply(of("Topic", "child", { partitions: 1 }, { namespace: "team", ownerReferences }));
    const data = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "data", namespace: "team", ownerReferences },
    };
    await apply(data);
    await apply(of("Application", "stays", {}, { namespace: "team" }));
    await cluster.ok("delete topic parent -n team");
    await eventually(async () =>
      assert.equal((await cluster.ok("get topics/child cm/data -n team --ignore-not-found -o name")).trim(), ""),
    );
    await cluster.ok("delete namespace team --timeout=30s");
    assert.equal((await cluster.ok("get app -A -o name")).includes("stays"), false);
  });
});

describe("a definition that is deleted", () => {
  it("takes its objects along, and waits for those that have finalizers", async () => {
    await apply(of("Function", "plain", {}));
    await apply(of("Function", "kept", {}, { finalizers: ["example.org/keep"] }));
    await cluster.ok(`delete crd functions.${GROUP} --wait=false`);
    await eventually(async () => assert.equal((await cluster.ok("get fn -o name")).trim(), `function.${GROUP}/kept`));
    const create = await apply(of("Function", "late", {}));
    assert.equal(create.code, 1);
    await cluster.ok(["patch", "fn", "kept", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`]);
    await cluster.ok(`wait --for=delete crd/functions.${GROUP} --timeout=20s`);
    assert.match((await cluster.kubectl(`get --raw /apis/${GROUP}/v1/functions`)).stderr, /NotFound/);
  });
});

describe("a definition that is wrong", () => {
  const [first] = definitions;
  const changed = (change: (spec: Record<string, unknown>) => void) => {
    const definition = structuredClone(first) as {
      spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: Record<string, unknown> } } } }[] };
    };
    for (const { schema } of definition.spec.versions) change(schema.openAPIV3Schema.properties.spec);
    return definition;
  };
  const table = [
    {
      when: "a rule does not compile",
      definition: changed((spec) =>
        Object.assign(spec, { "x-kubernetes-validations": [{ rule: "self.replica > 1" }] }),
      ),
      says: /x-kubernetes-validations\[0\]\.rule: Invalid value: .*compilation failed: ERROR: <input>:1:5: undefined field 'replica'/s,
    },
    {
      when: "a rule may cost too much",
      definition: changed((spec) => {
        spec.properties = { words: { type: "array", items: { type: "string" } } };
        spec["x-kubernetes-validations"] = [{ rule: "self.words.all(a, self.words.all(b, a == b || a.contains(b)))" }];
      }),
      says: /estimated rule cost exceeds budget by factor of more than 100x/,
    },
    {
      when: "a default does not fit",
      definition: changed((spec) => {
        spec.properties = { replicas: { type: "integer", default: "one" } };
        delete spec["x-kubernetes-validations"];
      }),
      says: /properties\[replicas\]\.default in body must be of type integer: "string"/,
    },
    {
      when: "a value has no type",
      definition: changed((spec) => {
        spec.properties = { any: { description: "Anything." } };
        delete spec["x-kubernetes-validations"];
      }),
      says: /properties\[any\]\.type: Required value: must not be empty for specified object fields/,
    },
  ];
  for (const { when, definition, says } of table) {
    it(`is refused when ${when}`, async () => {
      const { code, stderr } = await apply(definition);
      assert.equal(code, 1);
      assert.match(stderr, says);
    });
  }
});
