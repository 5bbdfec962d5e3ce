/** kubectl 1.35 against the API server alone: applying on either side, patches of every type, and what it explains. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestApiServer, type TestApiServer } from "@skiff/apiserver/testing";
import { run } from "./support/run.ts";
import { tools } from "./support/tools.ts";

const { kubectl } = tools();
const closing: (() => unknown)[] = [];
let server: TestApiServer;

const kube = (args: readonly string[], input?: unknown) =>
  run(kubectl, args, {
    env: { KUBECONFIG: server.kubeconfig },
    ...(input !== undefined && { input: typeof input === "string" ? input : JSON.stringify(input) }),
  });

async function ok(line: string, input?: unknown): Promise<string> {
  const { code, stdout, stderr } = await kube(line.split(" "), input);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function get(what: string) {
  return JSON.parse(await ok(`get ${what} -o json --show-managed-fields`)) as {
    data: Record<string, string>;
    spec: { replicas: number; template: { spec: { containers: { name: string; image: string }[] } } };
    metadata: {
      resourceVersion: string;
      annotations?: Record<string, string>;
      managedFields: { manager: string; operation: string; subresource?: string; fieldsV1: object }[];
    };
  };
}

const writers = async (what: string) =>
  (await get(what)).metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`).toSorted();
const map = (name: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", labels: { app: "web" } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        containers: [
          { name: "web", image: "web:1" },
          { name: "side", image: "side:1" },
        ],
      },
    },
  },
};

before(async () => {
  server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
});

after(async () => {
  for (const close of closing) await close();
});

describe("kubectl apply", () => {
  it("moves from the client's side to the server's and back, and forgets nothing it may remove", async () => {
    await ok("apply -f -", map("move", { a: "1", b: "2", c: "3" }));
    await ok("apply --server-side -f -", map("move", { a: "1", b: "3" }));
    assert.deepEqual((await get("cm move")).data, { a: "1", b: "3" });
    assert.deepEqual(await writers("cm move"), ["kubectl Apply", "kubectl-last-applied Apply"]);
    await ok("apply -f -", map("move", { a: "2" }));
    assert.deepEqual((await get("cm move")).data, { a: "2" });
  });

  it("on either side is no change the second time", async () => {
    for (const side of ["apply -f -", "apply --server-side -f -"]) {
      const first = await ok(side, deployment);
      assert.match(first, /created|serverside-applied|configured/);
      const before = await get("deploy web");
      await ok(side, deployment);
      assert.deepEqual(await get("deploy web"), before);
    }
  });

  it("on the client's side merges lists, deletes items and keeps the order", async () => {
    const containers = [
      { name: "new", image: "new:1" },
      { name: "web", image: "web:2" },
    ];
    const template = { ...deployment.spec.template, spec: { containers } };
    await ok("apply -f - --force-conflicts=false", { ...deployment, spec: { ...deployment.spec, template } });
    const { spec } = await get("deploy web");
    assert.deepEqual(
      spec.template.spec.containers.map(({ name, image }) => `${name} ${image}`),
      ["new new:1", "web web:2"],
    );
  });

  it("says what is wrong with a field, on either side", async () => {
    const wrong = { ...deployment, spec: { ...deployment.spec, replica: 1 } };
    const client = await kube(["apply", "-f", "-"], wrong);
    assert.match(client.stderr, /strict decoding error: unknown field "spec.replica"/);
    const there = await kube(["apply", "--server-side", "-f", "-"], wrong);
    assert.match(
      there.stderr,
      /failed to create typed patch object \(default\/web; apps\/v1, Kind=Deployment\): .spec.replica: field not declared in schema/,
    );
  });

  it("prunes, diffs and reads what it applied last", async () => {
    await ok("apply -f -", map("last", { a: "1" }));
    assert.match(await ok("apply view-last-applied cm last"), /a: "1"/);
    const { code, stdout } = await kube(["diff", "--server-side", "-f", "-"], map("last", { a: "2" }));
    assert.equal(code, 1);
    assert.match(stdout, /-\s+a: "1"\n\+\s+a: "2"/);
    assert.equal((await get("cm last")).data.a, "1");
  });
});

describe("kubectl patch", () => {
  const patches = [
    { type: "json", patch: [{ op: "replace", path: "/spec/replicas", value: 3 }], replicas: 3 },
    { type: "merge", patch: { spec: { replicas: 4 } }, replicas: 4 },
    { type: "strategic", patch: { spec: { replicas: 5 } }, replicas: 5 },
  ];
  for (const { type, patch, replicas } of patches) {
    it(`changes a Deployment by a ${type} patch`, async () => {
      await ok("apply -f -", deployment);
      await ok(`patch deploy web --type ${type} -p ${JSON.stringify(patch)}`);
      assert.equal((await get("deploy web")).spec.replicas, replicas);
    });
  }

  it("changes subresources, each recorded as what it is", async () => {
    await ok('patch deploy web --subresource scale --type merge -p {"spec":{"replicas":7}}');
    await ok('patch deploy web --subresource status --type merge -p {"status":{"observedGeneration":1}}');
    const { spec, metadata } = await get("deploy web");
    assert.equal(spec.replicas, 7);
    const of = metadata.managedFields.map(({ subresource = "" }) => subresource);
    assert.ok(of.includes("scale") && of.includes("status"));
  });
});

describe("kubectl explain", () => {
  it("explains every kind to its last field", async () => {
    const kinds = (await ok("api-resources --no-headers"))
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    assert.ok(kinds.length > 60);
    for (const kind of kinds) {
      const text = await ok(`explain ${kind} --recursive`);
      assert.match(text, /KIND: +\w+\nVERSION: +\S+\n[\s\S]*FIELDS:\n {2}\w+/, kind ?? "");
    }
  });
});
