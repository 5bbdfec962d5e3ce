import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseEndpoints } from "./endpoints.ts";
import { aSlice, type EndpointSpec } from "./testing/objects.ts";

const port = { name: "", protocol: "TCP" };
const ready = (ip: string, node = "here"): EndpointSpec => ({ ip, node });
const leaving = (ip: string, node = "here"): EndpointSpec => ({
  ip,
  node,
  ready: false,
  serving: true,
  terminating: true,
});
const gone = (ip: string): EndpointSpec => ({ ip, ready: false, serving: false, terminating: true });
const starting = (ip: string): EndpointSpec => ({ ip, ready: false, serving: false });

const table = [
  { when: "all are ready", endpoints: [ready("1"), ready("2", "there")], cluster: ["1", "2"], local: ["1"] },
  { when: "one is leaving and one ready", endpoints: [leaving("1"), ready("2")], cluster: ["2"], local: ["2"] },
  {
    when: "all that serve are leaving",
    endpoints: [leaving("1"), starting("2"), gone("3")],
    cluster: ["1"],
    local: ["1"],
  },
  {
    when: "the only ready one is elsewhere",
    endpoints: [leaving("1"), ready("2", "there")],
    cluster: ["2"],
    local: ["1"],
  },
  { when: "none serves", endpoints: [starting("1"), gone("2")], cluster: [], local: [] },
];

describe("chooseEndpoints()", () => {
  for (const { when, endpoints, cluster, local } of table)
    it(`sends to [${cluster}] and locally to [${local}] when ${when}`, () => {
      const chosen = chooseEndpoints([aSlice(endpoints)], port, "here");
      assert.deepEqual(
        chosen.cluster.map(({ address }) => address),
        cluster,
      );
      assert.deepEqual(
        chosen.local.map(({ address }) => address),
        local,
      );
    });

  it("takes ports by name and protocol, each slice with its own number", () => {
    const slices = [
      aSlice(["1"], { name: "a", port: 1 }),
      aSlice(["2"], { name: "a", port: 2 }),
      aSlice(["3"], { name: "b" }),
    ];
    const { cluster } = chooseEndpoints(slices, { name: "a", protocol: "TCP" }, "here");
    assert.deepEqual(
      cluster.map(({ address, port: number }) => `${address}:${number}`),
      ["1:1", "2:2"],
    );
    assert.deepEqual(chooseEndpoints(slices, { name: "a", protocol: "UDP" }, "here").cluster, []);
  });

  it("counts an endpoint that is in two slices once, as ready if one says so", () => {
    const { cluster } = chooseEndpoints(
      [aSlice([leaving("1")]), aSlice([ready("1")]), aSlice([ready("2")])],
      port,
      "here",
    );
    assert.deepEqual(
      cluster.map(({ address }) => address),
      ["1", "2"],
    );
  });
});
