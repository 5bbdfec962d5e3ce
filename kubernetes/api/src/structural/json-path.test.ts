import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseJsonPath, simplePath } from "./json-path.ts";

const object = {
  metadata: { annotations: { "example.org/x": "y" } },
  spec: {
    replicas: 3,
    ports: [
      { name: "a", port: 1 },
      { name: "b", port: 2 },
    ],
  },
  status: {
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Old", status: "False" },
    ],
  },
};

describe("find()", () => {
  const table: readonly (readonly [path: string, want: unknown])[] = [
    [".spec.replicas", [3]],
    ["$.spec.replicas", [3]],
    ["{.spec.replicas}", [3]],
    [".spec.missing.deep", []],
    [".spec.ports[1].port", [2]],
    [".spec.ports[-1:].name", ["b"]],
    [".spec.ports[*].name", ["a", "b"]],
    [".spec.ports[0:2].port", [1, 2]],
    ["..port", [1, 2]],
    [".metadata.annotations['example.org/x']", ["y"]],
    [".metadata.annotations.example\\.org/x", ["y"]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".spec.ports[?(@.port>1)].name", ["b"]],
  ];
  for (const [path, want] of table) it(path, () => assert.deepEqual(parseJsonPath(path).find(object), want));

  it("refuses what is no path", () => assert.throws(() => parseJsonPath(".spec[?(("), SyntaxError));
});

describe("simplePath()", () => {
  it("names the members on the way, and takes nothing else", () => {
    assert.deepEqual(simplePath(".spec['a.b'].c"), ["spec", "a.b", "c"]);
    assert.equal(simplePath(".spec.list[0]"), undefined);
    assert.equal(simplePath("spec"), undefined);
  });
});
