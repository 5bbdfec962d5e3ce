import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PodSpec } from "@skiff/api/core/v1";
import { aPod } from "../testing/builders.ts";
import { hostsFile } from "./hosts-file.ts";
import { parseResolvConf, podResolver } from "./resolver.ts";

const host = { servers: ["192.0.2.53"], searches: ["example.org"], options: ["timeout:1"] };
const cluster = {
  servers: ["10.96.0.10"],
  searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.org"],
  options: ["ndots:5"],
};
const table: { when: string; spec: Partial<PodSpec>; want: object }[] = [
  { when: "nothing is said", spec: {}, want: cluster },
  { when: "the node's network is used", spec: { hostNetwork: true }, want: host },
  {
    when: "it is asked for on the node's network",
    spec: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
    want: cluster,
  },
  { when: "the node's settings are asked for", spec: { dnsPolicy: "Default" }, want: host },
  {
    when: "the Pod brings its own",
    spec: { dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1"], options: [{ name: "ndots", value: "2" }] } },
    want: { servers: ["1.1.1.1"], searches: [], options: ["ndots:2"] },
  },
  {
    when: "the Pod overrides an option",
    spec: { dnsConfig: { options: [{ name: "ndots", value: "1" }] } },
    want: { ...cluster, options: ["ndots:1"] },
  },
];

describe("podResolver()", () => {
  for (const { when, spec, want } of table) {
    it(`is right when ${when}`, () => {
      assert.deepEqual(podResolver(aPod(spec), { dns: "10.96.0.10", domain: "cluster.local" }, host), want);
    });
  }
});

describe("parseResolvConf()", () => {
  it("reads servers, the last search and options", () => {
    const text = "# c\nnameserver 1.1.1.1\nsearch a\nsearch b c ; x\noptions ndots:2 rotate\n";
    assert.deepEqual(parseResolvConf(text), {
      servers: ["1.1.1.1"],
      searches: ["b", "c"],
      options: ["ndots:2", "rotate"],
    });
  });
});

describe("hostsFile()", () => {
  it("names the Pod and its aliases", () => {
    const pod = aPod({ subdomain: "db", hostAliases: [{ ip: "1.2.3.4", hostnames: ["a", "b"] }] });
    const text = hostsFile(pod, ["10.0.0.1"], "cluster.local", "");
    assert.ok(text.includes("10.0.0.1\tweb.db.default.svc.cluster.local\tweb\n"));
    assert.ok(text.endsWith("# Entries added by HostAliases.\n1.2.3.4\ta\tb\n"));
  });
});
