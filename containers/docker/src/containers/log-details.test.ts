import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { logDetails } from "./log-details.ts";

describe("logDetails()", () => {
  const spec = { root: { image: "one" }, labels: { tier: "front", other: "x" }, env: ["A=1 2", "B"] };
  const table = [
    { when: "nothing is named", options: null, details: "" },
    { when: "labels are", options: { labels: "tier,missing" }, details: "tier=front" },
    { when: "variables are, too", options: { labels: "tier", env: "B,A" }, details: "A=1+2,B=,tier=front" },
  ];
  for (const { when, options, details } of table) {
    it(`gives what the log's options name when ${when}`, () => {
      assert.equal(logDetails({ ...spec, asked: { HostConfig: { LogConfig: { Config: options } } } }), details);
    });
  }
});
