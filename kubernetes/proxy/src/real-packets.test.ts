import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ServiceSpec } from "@skiff/api/core/v1";
import { planService } from "./plan.ts";
import { RuleModel } from "./rule-model.ts";
import { aService, aSlice, type EndpointSpec } from "./testing/objects.ts";
import { type PodNetwork, podNetwork } from "./testing/pod-network.ts";

const TABLE = "skiff-test-proxy";
const NODE = { nodeName: "here", podCidr: "10.244.0.0/16" };
const A = "10.244.0.2";
const B = "10.244.0.3";

describe("the packet rules", { skip: process.getuid?.() !== 0 && "needs root", timeout: 120_000 }, () => {
  let network: PodNetwork;
  let model: RuleModel;

  before(async () => {
    network = await podNetwork(["a", "b"]);
    model = new RuleModel({ tableName: TABLE, podCidr: NODE.podCidr, bridgeNetfilter: true, switchedLocalnet: true });
    await network.nft(model.fullScript());
    for (const pod of ["a", "b"]) {
      await network.serve(pod);
      await network.serve(pod, "udp");
    }
  });
  after(() => network[Symbol.asyncDispose]());

  async function have(spec: Partial<ServiceSpec>, endpoints: readonly (string | EndpointSpec)[], protocol = "TCP") {
    model.replace("default/web", planService(aService(spec), [aSlice(endpoints, { protocol })], NODE));
    await network.nft(model.incrementalScript());
  }
  async function askTimes(count: number, from: string, address: string): Promise<Set<string>> {
    const answers = new Set<string>();
    for (let n = 0; n < count; n++) answers.add((await network.ask(from, address)).split(" ")[0] ?? "");
    return answers;
  }
  const udp: Partial<ServiceSpec> = { ports: [{ port: 53, protocol: "UDP" }] };
  const nodePort: Partial<ServiceSpec> = { type: "NodePort", ports: [{ port: 80, protocol: "TCP", nodePort: 30080 }] };

  it("spread connections to a ClusterIP from a Pod over both Pods, itself among them", async () => {
    await have({}, [A, B]);
    assert.deepEqual(await askTimes(16, "a", "10.96.0.5:80"), new Set(["a", "b"]));
  });

  it("let a Pod see which Pod called it through a ClusterIP", async () => {
    await have({}, [B]);
    assert.equal(await network.ask("a", "10.96.0.5:80"), `b ${A}`);
  });

  it("serve a ClusterIP from the node and, masqueraded, from outside", async () => {
    await have({}, [B]);
    assert.match(await network.ask("node", "10.96.0.5:80"), /^b /);
    assert.equal(await network.ask("outside", "10.96.0.5:80"), "b 10.244.0.1");
  });

  it("serve a node port on every local address, 127.0.0.1 included", async () => {
    await have(nodePort, [A]);
    for (const address of ["127.0.0.1", "10.244.0.1", "192.168.77.1"])
      assert.match(await network.ask("node", `${address}:30080`), /^a /, address);
    assert.match(await network.ask("b", "10.244.0.1:30080"), /^a /);
    assert.match(await network.ask("a", "192.168.77.1:30080"), /^a /);
    assert.equal(await network.ask("outside", "192.168.77.1:30080"), "a 10.244.0.1");
  });

  it("keep the caller's address, and this node's Pods, under externalTrafficPolicy Local", async () => {
    await have({ ...nodePort, externalTrafficPolicy: "Local" }, [A, { ip: "10.244.9.9", node: "there" }]);
    for (let n = 0; n < 6; n++) assert.equal(await network.ask("outside", "192.168.77.1:30080"), "a 192.168.77.2");
  });

  it("drop outside traffic to a Local service without a Pod here, and still serve Pods", async () => {
    await have({ ...nodePort, externalTrafficPolicy: "Local" }, [{ ip: B, node: "there" }]);
    assert.equal(await network.ask("outside", "192.168.77.1:30080"), "timed out");
    assert.match(await network.ask("a", "10.244.0.1:30080"), /^b /);
  });

  it("refuse at once what has no endpoints, and ports no Service has", async () => {
    await have(nodePort, []);
    for (const from of ["a", "node", "outside"]) {
      assert.equal(await network.ask(from, "10.96.0.5:80"), "refused", from);
      assert.equal(await network.ask(from, "10.96.0.5:81"), "refused", from);
    }
    assert.equal(await network.ask("outside", "192.168.77.1:30080"), "refused");
  });

  it("leave a ClusterIP that is an address of the node to the node", async () => {
    await have({}, []);
    await network.run("node", ["ip", "addr", "add", "10.96.0.5/32", "dev", "lo"]);
    const server = network.spawn("node", ["socat", "-d", "-d", "TCP-LISTEN:80,reuseaddr,fork", "SYSTEM:echo node"]);
    for await (const text of server.stderr ?? []) if (String(text).includes("listening")) break;
    assert.equal(await network.ask("a", "10.96.0.5:80"), "node");
    await network.run("node", ["ip", "addr", "del", "10.96.0.5/32", "dev", "lo"]);
  });

  it("keep a client with its endpoint under session affinity, until that endpoint goes", async () => {
    const sticky: Partial<ServiceSpec> = { sessionAffinity: "ClientIP" };
    await have(sticky, [A, B]);
    const [first = ""] = await askTimes(8, "node", "10.96.0.5:80");
    assert.deepEqual(await askTimes(8, "node", "10.96.0.5:80"), new Set([first]));
    await have(sticky, [first === "a" ? B : A]);
    assert.deepEqual(await askTimes(3, "node", "10.96.0.5:80"), new Set([first === "a" ? "b" : "a"]));
    await have({ ...sticky, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }, [A, B]);
    assert.equal((await askTimes(4, "node", "10.96.0.5:80")).size, 1);
  });

  it("carry UDP", async () => {
    await have(udp, [B], "UDP");
    assert.match(await network.ask("a", "10.96.0.5:53", { udp: true }), /^b /);
    assert.match(await network.ask("node", "10.96.0.5:53", { udp: true }), /^b /);
  });

  it("let an open connection to a removed endpoint live while new ones go elsewhere", async () => {
    const echo = network.spawn("a", ["socat", "-d", "-d", "TCP-LISTEN:8081,reuseaddr", "EXEC:cat"]);
    for await (const text of echo.stderr ?? []) if (String(text).includes("listening")) break;
    const at8081 = (ips: string[]) => planService(aService(), [aSlice(ips, { port: 8081 })], NODE);
    model.replace("default/web", at8081([A]));
    await network.nft(model.incrementalScript());
    const client = network.spawn("b", ["socat", "-", "TCP:10.96.0.5:80"]);
    const lines = (client.stdout ?? assert.fail()).setEncoding("utf8")[Symbol.asyncIterator]();
    client.stdin?.write("before\n");
    assert.equal((await lines.next()).value, "before\n");
    await have({}, [B]);
    client.stdin?.write("after\n");
    assert.equal((await lines.next()).value, "after\n");
    assert.match(await network.ask("node", "10.96.0.5:80"), /^b /);
  });

  it("lose no connection while they change and while the whole table is replaced", async () => {
    await have({}, [A, B]);
    let done = false;
    const answers = new Set<string>();
    const asking = (async () => {
      for (let n = 0; n < 60; n++) answers.add((await network.ask("node", "10.96.0.5:80")).split(" ")[0] ?? "");
      done = true;
    })();
    while (!done) {
      await have({}, [A]);
      await network.nft(model.fullScript());
      await have({}, [B, { ip: A, ready: false, serving: true, terminating: true }]);
    }
    await asking;
    assert.deepEqual(answers, new Set(["a", "b"]));
  });

  it("leave nothing of a Service that is gone", async () => {
    await have({ ...nodePort, sessionAffinity: "ClientIP" }, [A, B]);
    model.replace("default/web", undefined);
    await network.nft(model.incrementalScript());
    assert.doesNotMatch(
      await network.run("node", ["nft", "list", "table", "ip", TABLE]),
      /svc-|ext-|10\.96|10\.244\.0\.\d /,
    );
  });
});
