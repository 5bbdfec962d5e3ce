import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { literal, processors, wholeSeconds } from "./quantities.ts";

describe("wholeSeconds()", () => {
  for (const [text, want] of [
    ["0", 0],
    ["10s", 10],
    ["1m30s", 90],
    ["1500ms", 2],
    ["30000000000ns", 30],
    ["1.5h", 5400],
    ["0s", 0],
  ] as const) {
    it(`reads ${text} as ${want}`, () => assert.equal(wholeSeconds(text), want));
  }
  it("refuses what is no duration", () => assert.throws(() => wholeSeconds("soon"), /"soon" is not a duration/));
});

describe("processors()", () => {
  for (const [cpus, want] of [
    [2, "2"],
    [0.5, "500m"],
    [1.25, "1250m"],
    [0.0001, "1m"],
  ] as const) {
    it(`writes ${cpus} as ${want}`, () => assert.equal(processors(cpus), want));
  }
});

describe("literal()", () => {
  // What Kubernetes does: `$$` is one `$`, `$(NAME)` is a variable.
  const expanded = (text: string) => text.replace(/\$(?:\$|\((\w+)\))/g, (_, name) => (name ? "?" : "$"));
  for (const text of ["plain", "$HOME", "$(NAME)", "$$(NAME)", "a$$b", "$$$(NAME)", "$(cat /x)", "cost: 5$"]) {
    it(`keeps ${text}`, () => assert.equal(expanded(literal(text)), text));
  }
});
