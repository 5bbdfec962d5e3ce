import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkFieldSelector, matchesFields, parseFieldSelector, selectableFields } from "./fields.ts";
import { requireResource } from "./resources.ts";
import { aPod } from "./testing/index.ts";

const pods = requireResource("", "v1", "pods");

describe("parseFieldSelector()", () => {
  const fields = selectableFields(pods, aPod({ name: "a,b" }));
  const table: [text: string, selected: boolean][] = [
    ["", true],
    ["metadata.namespace=default", true],
    ["metadata.namespace!=default", false],
    ["metadata.name=a\\,b", true],
    ["metadata.name==x,metadata.namespace=default", false],
  ];
  for (const [text, selected] of table) {
    it(`makes "${text}" ${selected ? "select" : "pass over"} the Pod`, () => {
      assert.equal(matchesFields(parseFieldSelector(text), fields), selected);
    });
  }

  it("refuses what is no requirement", () => {
    assert.throws(() => parseFieldSelector("metadata.name"), {
      code: 400,
      message: "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
    });
  });
});

describe("checkFieldSelector()", () => {
  it("refuses a field that cannot be selected on", () => {
    checkFieldSelector(pods, parseFieldSelector("metadata.name=a"));
    assert.throws(() => checkFieldSelector(pods, parseFieldSelector("spec.nope=a")), {
      code: 400,
      message: "field label not supported: spec.nope",
    });
    assert.throws(() => checkFieldSelector(requireResource("", "v1", "configmaps"), parseFieldSelector("data.a=x")), {
      code: 400,
      message: '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    });
  });
});
