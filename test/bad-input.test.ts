/** What goes wrong is answered as Kubernetes answers it, and leaves nothing half done. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { deploymentOf, podOf } from "./support/manifests.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("t-bad-input");
});

after(() => cluster[Symbol.asyncDispose]());

const pod = (spec: string, metadata = "name: bad"): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {${metadata}}\nspec: ${spec}\n`;
const container = "{containers: [{name: c, image: busybox}]}";

const refused = [
  {
    when: "the YAML is malformed",
    input: "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n",
    says: /error parsing STDIN: error converting YAML to JSON/,
  },
  {
    when: "a field is unknown",
    input: pod("{containers: [{name: c, image: busybox}], replicas: 3}"),
    says: /strict decoding error: unknown field "spec\.replicas"/,
  },
  {
    when: "a field has the wrong type",
    input: pod("{containers: [{name: c, image: busybox, ports: [{containerPort: many}]}]}"),
    says: /cannot unmarshal string into Go struct field ContainerPort\.\S*containerPort of type int32/,
  },
  {
    when: "a name is invalid",
    input: pod(container, "name: Not_A_Name"),
    says: /The Pod "Not_A_Name" is invalid: metadata\.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    when: "a required field is missing",
    input: pod("{containers: [{name: c}]}"),
    says: /The Pod "bad" is invalid: spec\.containers\[0\]\.image: Required value/,
  },
  {
    when: "a label is invalid",
    input: pod(container, 'name: bad, labels: {app: "not valid!"}'),
    says: /metadata\.labels: Invalid value: "not valid!": a valid label must be an empty string or consist of alphanumeric characters/,
  },
  {
    when: "a quantity is malformed",
    input: pod("{containers: [{name: c, image: busybox, resources: {limits: {memory: lots}}}]}"),
    says: /quantities must match the regular expression/,
  },
  {
    when: "requests exceed limits",
    input: pod("{containers: [{name: c, image: b, resources: {requests: {cpu: 2}, limits: {cpu: 1}}}]}"),
    says: /spec\.containers\[0\]\.resources\.requests: Invalid value: "2": must be less than or equal to cpu limit of 1/,
  },
  {
    when: "two ports of a Service have one name",
    input:
      "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{name: a, port: 1}, {name: a, port: 2}]}\n",
    says: /spec\.ports\[1\]\.name: Duplicate value: "a"/,
  },
  {
    when: "a selector does not match its template",
    input: deploymentOf({ name: "d", replicas: 1, command: "true" }).replace(
      '"template":{"metadata":{"labels":{"app":"d"}',
      '"template":{"metadata":{"labels":{"app":"e"}',
    ),
    says: /spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`/,
  },
  {
    when: "the namespace does not exist",
    input: pod(container, "name: bad, namespace: nowhere"),
    says: /Error from server \(NotFound\): .*namespaces "nowhere" not found/,
  },
  {
    when: "the kind does not exist",
    input: "apiVersion: example.org/v1\nkind: Nothing\nmetadata: {name: thing}\n",
    says: /no matches for kind "Nothing" in version "example\.org\/v1"/,
  },
];

describe("kubectl apply is refused", () => {
  for (const { when, input, says } of refused) {
    it(`when ${when}`, async () => {
      const { code, stderr } = await cluster.kubectl("apply -f -", { input });
      assert.notEqual(code, 0);
      assert.match(stderr, says);
    });
  }
  it("and nothing of it was written", async () => {
    assert.equal(await cluster.ok("get pods,services,deployments -o name"), "service/kubernetes\n");
  });
});

describe("an update is refused", () => {
  before(async () => {
    await cluster.apply(deploymentOf({ name: "fixed", replicas: 0, command: "true" }));
    await cluster.apply(podOf({ name: "fixed", command: "sleep 60", spec: { nodeSelector: { none: "such" } } }));
  });
  it("of an immutable selector", async () => {
    const patch =
      '{"spec":{"selector":{"matchLabels":{"app":"other"}},"template":{"metadata":{"labels":{"app":"other"}}}}}';
    const { code, stderr } = await cluster.kubectl(["patch", "deployment", "fixed", "--type=merge", "-p", patch]);
    assert.equal(code, 1);
    assert.match(stderr, /The Deployment "fixed" is invalid: spec\.selector: Invalid value: .*: field is immutable/);
  });
  it("of a Pod's command", async () => {
    const patch = '[{"op":"replace","path":"/spec/containers/0/command","value":["true"]}]';
    const { code, stderr } = await cluster.kubectl(["patch", "pod", "fixed", "--type=json", "-p", patch]);
    assert.equal(code, 1);
    assert.match(stderr, /spec: Forbidden: pod updates may not change fields other than/);
  });
  it("with a stale resourceVersion", async () => {
    await cluster.ok("create configmap stale --from-literal=a=b");
    const old = await cluster.ok("get configmap stale -o yaml");
    await cluster.ok("label configmap stale moved=on");
    const { code, stderr } = await cluster.kubectl("replace -f -", { input: old });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /Error from server \(Conflict\): .*Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again/,
    );
  });
  it("of a body that is too large", async () => {
    const input = JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "big" },
      data: { a: "x".repeat(4 << 20) },
    });
    const { code, stderr } = await cluster.kubectl("create -f -", { input });
    assert.equal(code, 1);
    assert.match(stderr, /RequestEntityTooLarge|Request entity too large: limit is 3145728/);
  });
});

describe("the API server", () => {
  it("still answers after all that", async () => {
    assert.equal(await cluster.ok("get --raw /readyz"), "ok");
  });
  it("refuses who has no certificate and no token", async () => {
    const url = (await cluster.ok("config view -o jsonpath={.clusters[0].cluster.server}")).trim();
    const { stdout } = await cluster
      .kubectl([
        "--kubeconfig=/dev/null",
        `--server=${url}`,
        "--insecure-skip-tls-verify",
        "--token=wrong",
        "get",
        "pods",
      ])
      .then((done) => ({ stdout: done.stderr }));
    assert.match(stdout, /You must be logged in to the server|Unauthorized/);
  });
});
