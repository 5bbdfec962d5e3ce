import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RecordType } from "dns-packet";
import { ClusterZone } from "./cluster-zone.ts";
import { ReverseZone } from "./reverse-zone.ts";
import { aService, aSlice, staticView } from "./testing/static-view.ts";

const view = staticView(
  ["default", "kube-system"],
  [
    aService("default/web", {
      clusterIP: "10.96.0.5",
      ports: [
        { name: "http", port: 80, protocol: "TCP" },
        { name: "dns", port: 53, protocol: "UDP" },
      ],
    }),
    aService("default/db", { clusterIP: "None" }),
    aService("default/empty", { clusterIP: "None" }),
    aService("default/out", { type: "ExternalName", externalName: "Example.ORG." }),
  ],
  [
    aSlice(
      "default/db",
      ["10.244.0.2=db-0", "10.244.0.3", "!10.244.0.4=db-2"],
      [{ name: "sql", port: 5432, protocol: "TCP" }],
    ),
    aSlice("default/empty", ["!10.244.0.9"]),
  ],
);
const zone = new ClusterZone({ domain: "cluster.local", serverAddress: "10.96.0.10", view });
const reverse = new ReverseZone({ domain: "cluster.local", cidrs: ["10.96.0.0/16", "10.244.0.0/16"], view });

/** Records as `TYPE data`, or the kind of answer when there are none. */
function shown(name: string, type: string): string[] | string {
  const found = name.endsWith(".arpa") ? reverse.answer(name, type) : zone.answer(name, type as RecordType);
  if (found.kind === "alias") return `alias ${found.target}`;
  if (found.kind !== "records") return found.kind;
  return found.records.map((record) => {
    const data = "data" in record ? record.data : "";
    const text =
      record.type === "SRV" ? `${record.data.weight} ${record.data.port} ${record.data.target}` : String(data);
    return `${record.type} ${text}`;
  });
}

const table = [
  { when: "a Service's address", name: "web.default.svc.cluster.local", type: "A", want: ["A 10.96.0.5"] },
  { when: "an address family the Service lacks", name: "web.default.svc.cluster.local", type: "AAAA", want: [] },
  { when: "everything", name: "web.default.svc.cluster.local", type: "ANY", want: ["A 10.96.0.5"] },
  { when: "a Service that is not there", name: "nope.default.svc.cluster.local", type: "A", want: "no such name" },
  { when: "a namespace that is not there", name: "web.nope.svc.cluster.local", type: "A", want: "no such name" },
  { when: "a namespace", name: "default.svc.cluster.local", type: "A", want: [] },
  { when: "all Services", name: "svc.cluster.local", type: "A", want: [] },
  { when: "a name of the search path", name: "example.org.default.svc.cluster.local", type: "A", want: "no such name" },
  { when: "a name directly in the domain", name: "web.cluster.local", type: "A", want: "no such name" },
  { when: "a name elsewhere", name: "example.org", type: "A", want: "not ours" },
  { when: "a name that only ends alike", name: "mycluster.local", type: "A", want: "not ours" },
  {
    when: "a named port",
    name: "_http._tcp.web.default.svc.cluster.local",
    type: "SRV",
    want: ["SRV 100 80 web.default.svc.cluster.local"],
  },
  {
    when: "a port by the wrong protocol",
    name: "_http._udp.web.default.svc.cluster.local",
    type: "SRV",
    want: "no such name",
  },
  { when: "a port's address", name: "_http._tcp.web.default.svc.cluster.local", type: "A", want: [] },
  { when: "a protocol", name: "_tcp.web.default.svc.cluster.local", type: "SRV", want: [] },
  {
    when: "a headless Service: ready endpoints",
    name: "db.default.svc.cluster.local",
    type: "A",
    want: ["A 10.244.0.2", "A 10.244.0.3"],
  },
  { when: "an endpoint by its hostname", name: "db-0.db.default.svc.cluster.local", type: "A", want: ["A 10.244.0.2"] },
  {
    when: "an endpoint by its address",
    name: "10-244-0-3.db.default.svc.cluster.local",
    type: "A",
    want: ["A 10.244.0.3"],
  },
  { when: "an endpoint that is not ready", name: "db-2.db.default.svc.cluster.local", type: "A", want: "no such name" },
  {
    when: "a headless Service's port",
    name: "_sql._tcp.db.default.svc.cluster.local",
    type: "SRV",
    want: ["SRV 50 5432 db-0.db.default.svc.cluster.local", "SRV 50 5432 10-244-0-3.db.default.svc.cluster.local"],
  },
  {
    when: "a headless Service without ready endpoints",
    name: "empty.default.svc.cluster.local",
    type: "A",
    want: "no such name",
  },
  { when: "an ExternalName Service", name: "out.default.svc.cluster.local", type: "A", want: "alias example.org" },
  { when: "a Pod by its address", name: "10-244-0-2.default.pod.cluster.local", type: "A", want: ["A 10.244.0.2"] },
  {
    when: "a Pod name that is no address",
    name: "10-244-0.default.pod.cluster.local",
    type: "A",
    want: "no such name",
  },
  { when: "the schema version", name: "dns-version.cluster.local", type: "TXT", want: ["TXT 1.1.0"] },
  { when: "the name server", name: "cluster.local", type: "NS", want: ["NS ns.dns.cluster.local"] },
  { when: "the name server's address", name: "ns.dns.cluster.local", type: "A", want: ["A 10.96.0.10"] },
  {
    when: "the name of a ClusterIP",
    name: "5.0.96.10.in-addr.arpa",
    type: "PTR",
    want: ["PTR web.default.svc.cluster.local"],
  },
  {
    when: "the name of a headless endpoint",
    name: "2.0.244.10.in-addr.arpa",
    type: "PTR",
    want: ["PTR db-0.db.default.svc.cluster.local"],
  },
  { when: "the name of an unused address", name: "9.9.96.10.in-addr.arpa", type: "PTR", want: "no such name" },
  { when: "the name of an address elsewhere", name: "1.1.1.1.in-addr.arpa", type: "PTR", want: "not ours" },
];

describe("ClusterZone and ReverseZone answer()", () => {
  for (const { when, name, type, want } of table)
    it(`${type} ${name}: ${when}`, () => assert.deepEqual(shown(name, type), want));

  it("sends the addresses of SRV targets along", () => {
    const found = zone.answer("_sql._tcp.db.default.svc.cluster.local", "SRV");
    assert.equal(found.kind === "records" && found.additionals?.length, 2);
  });
});
