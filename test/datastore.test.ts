/** A cluster whose state is in etcd, behind a user and a password: encrypted, saved, restored, moved. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startEtcd, type TestEtcd } from "@skiff/store/testing/etcd";
import { type Cluster, startCluster } from "./support/cluster.ts";

const PASSWORD = "correct horse battery staple";
const stack = new AsyncDisposableStack();
let etcd: TestEtcd;
let cluster: Cluster;
let encryption: string;

before(async () => {
  const home = mkdtempSync(join(tmpdir(), "skiff-t-datastore-"));
  stack.defer(() => rmSync(home, { recursive: true, force: true }));
  etcd = await startEtcd({ after: (fn) => stack.defer(fn) });
  await etcd.requireUser("skiff", PASSWORD, "/clusters/one");
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  encryption = join(home, "encryption.yaml");
  writeEncryption("first");
  const datastore = `etcd://skiff@${etcd.endpoints.join(",")}/clusters/one?password-file=${passwordFile}`;
  cluster = stack.use(
    await startCluster("t-datastore", ["--datastore", datastore, "--encryption-provider-config", encryption]),
  );
});
after(() => stack.disposeAsync());

const keys: string[] = [];
/** Secrets are encrypted with a new key from the next start on; those before stay readable. */
function writeEncryption(name: string): void {
  keys.unshift(`{name: ${name}, secret: ${randomBytes(32).toString("base64")}}`);
  writeFileSync(
    encryption,
    [
      "apiVersion: apiserver.config.k8s.io/v1",
      "kind: EncryptionConfiguration",
      "resources:",
      `- {resources: [secrets], providers: [{aesgcm: {keys: [${keys.join(", ")}]}}, {identity: {}}]}`,
    ].join("\n"),
    { mode: 0o600 },
  );
}

async function stored(path: string): Promise<string> {
  return etcd.etcdctl("--user", "root:root", "get", "--print-value-only", `/clusters/one/registry/core/${path}`);
}

async function skiff(args: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.skiff(args);
  assert.equal(code, 0, `skiff ${args}\n${stderr}`);
  return stdout;
}

describe("skiff up --datastore=etcd://…", () => {
  it("keeps the state in etcd, and the password off every command line", async () => {
    await cluster.ok("create configmap plain --from-literal=a=b");
    assert.match(await stored("configmaps/default/plain"), /^\{"kind":"ConfigMap"/);
    for (const name of ["server", "agent"]) {
      const { pid } = JSON.parse(readFileSync(`/run/skiff-${cluster.name}/${name}.pid`, "utf8"));
      assert.doesNotMatch(readFileSync(`/proc/${pid}/cmdline`, "utf8"), /correct horse/);
    }
    assert.doesNotMatch(readFileSync(join(cluster.data, "config.json"), "utf8"), /correct horse/);
  });

  it("goes on when etcd is killed and comes back", async () => {
    await etcd.kill(0);
    const creating = cluster.ok("create configmap meanwhile");
    await etcd.restart(0);
    await creating;
    await cluster.ok("get configmap meanwhile");
  });

  it("does not start without the password, and says why", async () => {
    await skiff("down");
    const up = await cluster.skiff(`up --datastore etcd://skiff@${etcd.endpoints[0]}/clusters/one`);
    assert.equal(up.code, 1);
    assert.match(up.stderr, /the datastore's user "skiff" needs a password: \?password-file=FILE/);
    const refused = await cluster.skiff("up --datastore etcd://skiff:secret@localhost");
    assert.match(refused.stderr, /a password on the command line can be read by every user/);
    const password = { env: { SKIFF_DATASTORE_PASSWORD: PASSWORD } };
    const again = await cluster.skiff("up", password);
    assert.equal(again.code, 0, again.stderr);
  });
});

describe("encryption at rest", () => {
  it("hides Secrets in the datastore, and moves them to a new key when they are written again", async () => {
    await cluster.ok("create secret generic login --from-literal=password=hush-hush");
    assert.match(await stored("secrets/default/login"), /^k8s:enc:aesgcm:v1:first:/);
    await skiff("down");
    writeEncryption("second");
    assert.equal((await cluster.skiff("up", { env: { SKIFF_DATASTORE_PASSWORD: PASSWORD } })).code, 0);
    const password = "get secret login -o jsonpath={.data.password}";
    assert.equal(Buffer.from(await cluster.ok(password), "base64").toString(), "hush-hush");
    assert.match(await stored("secrets/default/login"), /^k8s:enc:aesgcm:v1:first:/);

    const secrets = await cluster.ok("get secrets -o json");
    await cluster.ok("replace -f -", { input: secrets });
    assert.match(await stored("secrets/default/login"), /^k8s:enc:aesgcm:v1:second:/);
    assert.equal(Buffer.from(await cluster.ok(password), "base64").toString(), "hush-hush");
  });
});

describe("skiff snapshot", () => {
  const env = { SKIFF_DATASTORE_PASSWORD: PASSWORD };

  it("saves a running cluster and brings it back", async () => {
    const saved = await cluster.skiff("snapshot save", { env });
    assert.match(saved.stdout, /snapshots\/.*\.snapshot: \d+ keys at revision \d+\n$/, saved.stderr);
    await cluster.ok("delete configmap plain");
    await cluster.ok("create configmap later");
    const [, name = ""] = (await skiff("snapshot ls")).split("\n").map((line) => line.split(/ +/)[0] ?? "");
    const restored = await cluster.skiff(`snapshot restore ${name}`, { env });
    assert.equal(restored.code, 0, restored.stderr);
    assert.deepEqual((await cluster.ok("get configmaps -o name")).trim().split("\n"), [
      "configmap/kube-root-ca.crt",
      "configmap/meanwhile",
      "configmap/plain",
    ]);
  });

  it("moves a cluster to another datastore", async () => {
    const file = join(cluster.data, "moved.snapshot");
    assert.equal((await cluster.skiff(`snapshot save ${file}`, { env })).code, 0);
    const before = await cluster.ok("get configmap plain -o jsonpath={.metadata.uid}");
    await skiff("down");
    await skiff("up --datastore sqlite");
    await skiff(`snapshot restore ${file}`);
    assert.equal(await cluster.ok("get configmap plain -o jsonpath={.metadata.uid}"), before);
    const password = await cluster.ok("get secret login -o jsonpath={.data.password}");
    assert.equal(Buffer.from(password, "base64").toString(), "hush-hush");
  });

  it("says what is wrong with a file that is no snapshot", async () => {
    const file = join(cluster.data, "no.snapshot");
    writeFileSync(file, "no snapshot at all, but long enough to be looked at as one");
    const { code, stderr } = await cluster.skiff(`snapshot restore ${file}`);
    assert.equal(code, 1);
    assert.match(stderr, /no\.snapshot: the file is damaged \(file is not a database\)/);
    assert.match(await cluster.ok("get configmaps -o name"), /configmap\/plain/, "nothing was stopped");
  });
});
