/** The two commands of the README: the guestbook is built, deployed, reached in every way, rolled over under load. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { constantLoad } from "./support/load.ts";
import { podOf } from "./support/manifests.ts";

const EXAMPLE = new URL("../examples/guestbook", import.meta.url).pathname;

let cluster: Cluster;
let clusterIp: string;
let nodeAddress: string;

before(async () => {
  cluster = await startCluster("t-guestbook");
  const up = await cluster.skiff(["up", EXAMPLE], { timeout: 300_000 });
  assert.equal(up.code, 0, `${up.stdout}\n${up.stderr}`);
  assert.match(up.stderr, /service\/frontend\s+10\.\d+\.\d+\.\d+:80\s+http:\/\/\d+\.\d+\.\d+\.\d+:30080/);
  clusterIp = await cluster.ok("get service frontend -o jsonpath={.spec.clusterIP}");
  nodeAddress = await cluster.ok("get nodes -o jsonpath={.items[0].status.addresses[0].address}");
});

after(() => cluster[Symbol.asyncDispose]());

async function entriesAt(base: string): Promise<string[]> {
  const response = await fetch(`${base}/entries`, { headers: { connection: "close" } });
  assert.equal(response.status, 200);
  return (await response.json()) as string[];
}

async function sign(text: string): Promise<void> {
  const body = new URLSearchParams({ text });
  const response = await fetch(`http://${clusterIp}/entries`, { method: "POST", body, redirect: "manual" });
  assert.equal(response.status, 303, await response.text());
}

describe("skiff up examples/guestbook", () => {
  it("changes nothing the second time, in under 2 seconds", async () => {
    const state = (): Promise<string> =>
      cluster.ok(
        "get deployments,services,configmaps,secrets,pods -o jsonpath={range.items[*]}{.metadata.uid}.{.metadata.generation}.{.status.containerStatuses[*].containerID}{end}",
      );
    const before = await state();
    const started = performance.now();
    const up = await cluster.skiff(["up", EXAMPLE]);
    const took = performance.now() - started;
    assert.equal(up.code, 0, up.stderr);
    assert.equal(await state(), before);
    assert.ok(took < 2000, `it took ${Math.round(took)} ms`);
  });

  it("says in the image that its base was made from the Debian mirror", async () => {
    const images = await cluster.skiff("images");
    assert.match(images.stdout, /guestbook\/frontend\s+dev/);
    assert.match(images.stdout, /debian\s+bookworm-slim/);
  });
});

describe("the guestbook answers", () => {
  before(() => sign("first"));

  it("at the ClusterIP, from this machine", async () => {
    assert.deepEqual(await entriesAt(`http://${clusterIp}`), ["first"]);
  });
  it("at the NodePort, on the machine's address and on loopback", async () => {
    assert.deepEqual(await entriesAt(`http://${nodeAddress}:30080`), ["first"]);
    assert.deepEqual(await entriesAt("http://127.0.0.1:30080"), ["first"]);
  });
  it("by name, from inside another Pod", async () => {
    assert.equal((await cluster.skiff("pull busybox:1")).code, 0);
    await cluster.apply(podOf({ name: "asker", command: "sleep 3600" }));
    await cluster.ok("wait --for=condition=Ready pod/asker --timeout=60s");
    for (const name of ["frontend", "frontend.default", "frontend.default.svc.cluster.local"]) {
      assert.match(await cluster.ok(`exec asker -- wget -qO- http://${name}/entries`), /\["first"\]/);
    }
  });
  it("as a page with a form", async () => {
    const page = await (await fetch(`http://${clusterIp}/`)).text();
    assert.match(page, /<form method="post" action="\/entries">/);
    assert.match(page, /<li>first<\/li>/);
  });
  it("with the entry that was there before every frontend Pod was deleted", async () => {
    await sign("before the deletion");
    await cluster.ok("delete pod -l app=frontend");
    await cluster.ok("rollout status deployment/frontend --timeout=60s");
    await eventually(async () => assert.ok((await entriesAt(`http://${clusterIp}`)).includes("before the deletion")));
  });
});

describe("a rolling update under constant load", () => {
  it("loses no request", async () => {
    await cluster.ok("rollout status deployment/frontend --timeout=60s");
    await using load = constantLoad(`http://${clusterIp}/entries`, 4);
    await load.answered(50);
    await cluster.ok("rollout restart deployment/frontend");
    await cluster.ok("rollout status deployment/frontend --timeout=120s");
    await load.answered(50);
    const { ok, failures } = await load.stop();
    assert.deepEqual(failures, []);
    assert.ok(ok > 200, `only ${ok} requests`);
  });
});
