import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { staleFlows } from "./stale-flows.ts";

const to = (...addresses: string[]) => [
  { address: "10.96.0.5", port: 53, endpoints: addresses.map((address) => ({ address, port: 5353, local: true })) },
];
const original = ["--orig-dst", "10.96.0.5", "--dport", "53"];

describe("staleFlows()", () => {
  it("names the flows to endpoints that are gone", () =>
    assert.deepEqual(staleFlows(to("a", "b"), to("b", "c")), [[...original, "--dst-nat", "a"]]));
  it("names every flow of a Service that is gone", () =>
    assert.deepEqual(staleFlows(to("a"), []), [[...original, "--dst-nat", "a"]]));
  it("names the flows that led nowhere while there was no endpoint", () =>
    assert.deepEqual(staleFlows(to(), to("a")), [original]));
  it("leaves flows alone when endpoints are only added", () => assert.deepEqual(staleFlows(to("a"), to("a", "b")), []));
});
