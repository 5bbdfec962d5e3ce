import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { it } from "node:test";
import type { Logger } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import { services } from "@skiff/api/resources";
import { startTestApiServer } from "@skiff/apiserver/testing";
import { createClient } from "@skiff/client";
import { startDns } from "./dns.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };

it("startDns() answers a real resolver with what a real API server has", { timeout: 30_000 }, async (t) => {
  const stop = new AbortController();
  t.after(() => stop.abort()); // watches end before the server they go to
  const { api } = await startTestApiServer(t);
  const client = createClient(api.localTransport({ name: "admin", groups: ["system:masters"] }));
  const dns = await startDns({
    client,
    address: "127.0.0.1",
    port: 0,
    domain: "cluster.local",
    upstreams: [],
    serviceCidr: "10.96.0.0/16",
    podCidr: "10.244.0.0/16",
    log: quiet,
    signal: stop.signal,
  });
  t.after(() => dns[Symbol.asyncDispose]());
  await dns.synced;
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${dns.port}`]);
  assert.deepEqual(await resolver.resolve4("kubernetes.default.svc.cluster.local"), ["10.96.0.1"]);
  assert.deepEqual(await resolver.reverse("10.96.0.1"), ["kubernetes.default.svc.cluster.local"]);
  await assert.rejects(resolver.resolve4("nope.default.svc.cluster.local"), { code: "ENOTFOUND" });
  await assert.rejects(resolver.resolve4("example.org"), { code: "ESERVFAIL" });
  const made = await client.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "default", name: "web" },
    spec: { ports: [{ name: "http", port: 80 }], selector: { app: "web" } },
  } as Service);
  const srv = () => resolver.resolveSrv("_http._tcp.web.default.svc.cluster.local");
  // The news of a new Service arrives when it arrives.
  for (let found: unknown[] = []; found.length === 0; ) found = await srv().catch(() => []);
  const [record] = await srv();
  assert.deepEqual([record?.name, record?.port], ["web.default.svc.cluster.local", 80]);
  assert.deepEqual(await resolver.resolve4("web.default.svc.cluster.local"), [made.spec.clusterIP]);
});
