/** Services and their names, seen from this machine and from inside Pods. */
import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { deploymentOf, podOf, serviceOf } from "./support/manifests.ts";

let cluster: Cluster;
let resolver: Resolver;

before(async () => {
  cluster = await startCluster("t-services");
  assert.equal((await cluster.skiff("pull busybox:1")).code, 0);
  await cluster.apply(deploymentOf({ name: "web", replicas: 2, command: "exec httpd -f -p 8080 -h /etc" }));
  await cluster.apply(serviceOf("web", 8080));
  await cluster.apply(
    serviceOf("many", 8080, {
      selector: { app: "web" },
      clusterIP: "None",
      ports: [{ name: "http", port: 8080, targetPort: 8080 }],
    }),
  );
  await cluster.apply(serviceOf("sticky", 8080, { selector: { app: "web" }, sessionAffinity: "ClientIP" }));
  await cluster.apply(serviceOf("nobody", 8080));
  await cluster.apply(
    serviceOf("elsewhere", 80, { type: "ExternalName", externalName: "web.default.svc.cluster.local" }),
  );
  await cluster.apply(podOf({ name: "asker", command: "sleep 3600" }));
  await cluster.ok("rollout status deployment/web --timeout=60s");
  await cluster.ok("wait --for=condition=Ready pod/asker --timeout=60s");
  const { dnsAddress } = JSON.parse(readFileSync(join(cluster.data, "config.json"), "utf8"));
  resolver = new Resolver({ timeout: 2000, tries: 3 });
  resolver.setServers([dnsAddress]);
});

after(() => cluster[Symbol.asyncDispose]());

const addressOf = (name: string): Promise<string> => cluster.ok(`get service ${name} -o jsonpath={.spec.clusterIP}`);

async function podAddresses(): Promise<string[]> {
  return (await cluster.ok("get pods -l app=web -o jsonpath={.items[*].status.podIP}")).split(" ").toSorted();
}

/** Which Pod answers: its /etc/hostname. */
async function hostnameAt(address: string): Promise<string> {
  const response = await fetch(`http://${address}:8080/hostname`, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(2000),
  });
  return (await response.text()).trim();
}

describe("a ClusterIP", () => {
  it("spreads connections over all Pods", async () => {
    const address = await addressOf("web");
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) seen.add(await eventually(() => hostnameAt(address)));
    assert.equal(seen.size, 2);
  });
  it("with session affinity keeps a client at one Pod", async () => {
    const address = await addressOf("sticky");
    const first = await eventually(() => hostnameAt(address));
    for (let i = 0; i < 20; i++) assert.equal(await hostnameAt(address), first);
  });
  it("without Pods refuses connections at once", async () => {
    const address = await addressOf("nobody");
    const started = performance.now();
    await assert.rejects(hostnameAt(address), { message: "fetch failed" });
    assert.ok(performance.now() - started < 1000);
  });
  it("lets a Pod reach itself", async () => {
    const [pod = ""] = (await cluster.ok("get pods -l app=web -o name")).split("\n");
    const script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do wget -qO- http://web:8080/hostname; done";
    const names = (await cluster.ok(["exec", pod, "--", "sh", "-c", script])).trim().split("\n");
    assert.ok(names.includes(pod.replace("pod/", "")), names.join());
  });
});

describe("cluster DNS", () => {
  it("answers for a Service and back", async () => {
    const address = await addressOf("web");
    assert.deepEqual(await resolver.resolve4("web.default.svc.cluster.local"), [address]);
    assert.deepEqual(await resolver.reverse(address), ["web.default.svc.cluster.local"]);
  });
  it("answers for every Pod of a headless Service, with their ports", async () => {
    const addresses = await resolver.resolve4("many.default.svc.cluster.local");
    assert.deepEqual(addresses.toSorted(), await podAddresses());
    const ports = await resolver.resolveSrv("_http._tcp.many.default.svc.cluster.local");
    assert.deepEqual(
      ports.map(({ port }) => port),
      [8080, 8080],
    );
  });
  it("gives an ExternalName's alias", async () => {
    assert.deepEqual(await resolver.resolveCname("elsewhere.default.svc.cluster.local"), [
      "web.default.svc.cluster.local",
    ]);
  });
  it("says that a name does not exist", async () => {
    await assert.rejects(resolver.resolve4("missing.default.svc.cluster.local"), { code: "ENOTFOUND" });
  });
  it("follows the search path inside a Pod", async () => {
    for (const name of ["web", "web.default", "web.default.svc", "elsewhere"]) {
      const text = await cluster.ok(["exec", "asker", "--", "wget", "-qO-", `http://${name}:8080/hostname`]);
      assert.match(text, /^web-/);
    }
  });
});
