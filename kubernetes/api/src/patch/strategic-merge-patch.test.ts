import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergeTypeOf } from "../apply/table-merge-type.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

const pod = {
  spec: {
    containers: [
      { name: "a", image: "1", env: [{ name: "X", value: "1" }] },
      { name: "b", image: "2" },
    ],
  },
};
const names = (object: object) => (object as typeof pod).spec.containers.map((container) => container.name);

const table: { when: string; type: string; document: object; patch: object; want: object }[] = [
  {
    when: "a keyed item is changed and its own keyed list grows",
    type: "core/v1.Pod",
    document: pod,
    patch: { spec: { containers: [{ name: "a", env: [{ name: "Y", value: "2" }] }] } },
    want: {
      spec: {
        containers: [
          {
            name: "a",
            image: "1",
            env: [
              { name: "Y", value: "2" },
              { name: "X", value: "1" },
            ],
          },
          { name: "b", image: "2" },
        ],
      },
    },
  },
  {
    when: "a null removes a key and leaves others",
    type: "core/v1.Pod",
    document: { metadata: { labels: { a: "1", b: "2" } } },
    patch: { metadata: { labels: { a: null, c: null } } },
    want: { metadata: { labels: { b: "2" } } },
  },
  {
    when: "scalars are added to a merged list",
    type: "core/v1.Pod",
    document: { metadata: { finalizers: ["example.org/f"] } },
    patch: { metadata: { finalizers: ["example.org/g"] } },
    want: { metadata: { finalizers: ["example.org/g", "example.org/f"] } },
  },
  {
    when: "scalars are deleted from a merged list",
    type: "core/v1.Pod",
    document: { metadata: { finalizers: ["a/f", "a/g"] } },
    patch: { metadata: { "$deleteFromPrimitiveList/finalizers": ["a/f"] } },
    want: { metadata: { finalizers: ["a/g"] } },
  },
  {
    when: "retainKeys drops the other members of a union",
    type: "apps/v1.Deployment",
    document: { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
    patch: { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
    want: { spec: { strategy: { type: "Recreate" } } },
  },
  {
    when: "a map is replaced whole",
    type: "core/v1.Pod",
    document: { spec: { securityContext: { runAsUser: 1, fsGroup: 2 } } },
    patch: { spec: { securityContext: { $patch: "replace", runAsUser: 5 } } },
    want: { spec: { securityContext: { runAsUser: 5 } } },
  },
  {
    when: "an atomic list is replaced",
    type: "core/v1.Pod",
    document: { spec: { containers: [{ name: "a", command: ["x", "y"] }] } },
    patch: { spec: { containers: [{ name: "a", command: ["z"] }] } },
    want: { spec: { containers: [{ name: "a", command: ["z"] }] } },
  },
  {
    when: "the whole document is replaced",
    type: "core/v1.Pod",
    document: { metadata: { name: "a" }, spec: { hostNetwork: true } },
    patch: { $patch: "replace", metadata: { name: "b" } },
    want: { metadata: { name: "b" } },
  },
  {
    when: "a map is emptied",
    type: "core/v1.Pod",
    document: { spec: { securityContext: { runAsUser: 1 }, hostNetwork: true } },
    patch: { spec: { securityContext: { $patch: "delete" } } },
    want: { spec: { securityContext: {}, hostNetwork: true } },
  },
  {
    when: "directives come with something new, where they have nothing to act on",
    type: "core/v1.Pod",
    document: { spec: {} },
    patch: {
      spec: {
        securityContext: { $patch: "replace", runAsUser: 1 },
        containers: [
          { name: "a", image: "1", securityContext: null },
          { name: "b", $patch: "delete" },
        ],
      },
    },
    want: { spec: { containers: [{ name: "a", image: "1" }] } },
  },
  {
    when: "an item is deleted and another changed at once",
    type: "core/v1.Pod",
    document: pod,
    patch: {
      spec: {
        containers: [
          { name: "a", $patch: "delete" },
          { name: "b", image: "3" },
        ],
      },
    },
    want: { spec: { containers: [{ name: "b", image: "3" }] } },
  },
  {
    when: "an item of a list of a list is deleted",
    type: "core/v1.Pod",
    document: pod,
    patch: { spec: { containers: [{ name: "a", env: [{ name: "X", $patch: "delete" }] }] } },
    want: {
      spec: {
        containers: [
          { name: "a", image: "1", env: [] },
          { name: "b", image: "2" },
        ],
      },
    },
  },
  {
    when: "the order is given and what only the server has keeps its place",
    type: "core/v1.Pod",
    document: { spec: { containers: ["a", "server", "b", "c"].map((name) => ({ name })) } },
    patch: { spec: { "$setElementOrder/containers": [{ name: "c" }, { name: "b" }, { name: "a" }] } },
    want: { spec: { containers: ["server", "c", "b", "a"].map((name) => ({ name })) } },
  },
  {
    when: "the order of a list of scalars is given, with what to delete from it",
    type: "core/v1.Pod",
    document: { metadata: { finalizers: ["x/a", "x/b", "x/c"] } },
    patch: {
      metadata: {
        "$deleteFromPrimitiveList/finalizers": ["x/b"],
        "$setElementOrder/finalizers": ["x/d", "x/c", "x/a"],
        finalizers: ["x/d"],
      },
    },
    want: { metadata: { finalizers: ["x/d", "x/c", "x/a"] } },
  },
  {
    when: "a list is taken away by null, whatever its order",
    type: "core/v1.Pod",
    document: { metadata: { finalizers: ["x/a"] } },
    patch: { metadata: { finalizers: null } },
    want: { metadata: {} },
  },
  {
    when: "keys are retained beside others that are given",
    type: "core/v1.Pod",
    document: { spec: { volumes: [{ name: "v", emptyDir: {} }] } },
    patch: {
      spec: { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] },
    },
    want: { spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] } },
  },
  {
    when: "a value changes its type",
    type: "core/v1.Pod",
    document: { spec: { hostNetwork: true } },
    patch: { spec: { hostNetwork: { a: null, b: [1] } } },
    want: { spec: { hostNetwork: { b: [1] } } },
  },
  {
    when: "nested nulls come with something new",
    type: "core/v1.Pod",
    document: { spec: {} },
    patch: { spec: { affinity: { nodeAffinity: null, podAffinity: {} } } },
    want: { spec: { affinity: { podAffinity: {} } } },
  },
];

describe("strategicMergePatch()", () => {
  for (const { when, type, document, patch, want } of table) {
    it(`gives what the API server gives when ${when}`, () => {
      const before = structuredClone(document);
      assert.deepEqual(strategicMergePatch(mergeTypeOf(type), document, patch), want);
      assert.deepEqual(document, before, "the stored object is not changed");
    });
  }

  it("deletes a keyed item", () => {
    const patch = { spec: { containers: [{ name: "a", $patch: "delete" }] } };
    assert.deepEqual(names(strategicMergePatch(mergeTypeOf("core/v1.Pod"), pod, patch)), ["b"]);
  });

  it("replaces a keyed list", () => {
    const patch = { spec: { containers: [{ name: "z" }, { $patch: "replace" }] } };
    assert.deepEqual(names(strategicMergePatch(mergeTypeOf("core/v1.Pod"), pod, patch)), ["z"]);
  });

  it("puts a list in the order asked for", () => {
    const patch = {
      spec: {
        "$setElementOrder/containers": [{ name: "b" }, { name: "n" }, { name: "a" }],
        containers: [{ name: "n", image: "3" }],
      },
    };
    assert.deepEqual(names(strategicMergePatch(mergeTypeOf("core/v1.Pod"), pod, patch)), ["b", "n", "a"]);
  });

  it("names the missing merge key", () => {
    const patch = { spec: { containers: [{ image: "no-name" }] } };
    assert.throws(() => strategicMergePatch(mergeTypeOf("core/v1.Pod"), pod, patch), {
      message: "map: map[image:no-name] does not contain declared merge key: name",
      code: 500,
    });
  });

  const refused: { when: string; patch: object; code: number; message: string }[] = [
    {
      when: "a list of maps is given among scalars",
      patch: { metadata: { finalizers: [{ a: 1 }] } },
      code: 500,
      message: "list element types are not identical: [string object]",
    },
    {
      when: "a list is in a list",
      patch: { metadata: { finalizers: [["a"]] } },
      code: 422,
      message: "the server rejected our request due to an error in our request",
    },
    {
      when: "items come in another order than they are to have",
      patch: {
        spec: {
          "$setElementOrder/containers": [{ name: "a" }, { name: "b" }],
          containers: [{ name: "b" }, { name: "a" }],
        },
      },
      code: 500,
      message:
        "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
    },
    {
      when: "lists are to be merged by a directive",
      patch: { spec: { containers: [{ name: "a", $patch: "merge" }] } },
      code: 500,
      message: "merging lists cannot yet be specified in the patch",
    },
    {
      when: "a directive names no list",
      patch: { spec: { $deleteFromPrimitiveList: [] } },
      code: 400,
      message: "invalid patch format of primitive list",
    },
  ];
  for (const { when, patch, code, message } of refused) {
    it(`refuses a patch when ${when}`, () => {
      const document = { ...pod, metadata: { finalizers: ["x/a"] } };
      assert.throws(() => strategicMergePatch(mergeTypeOf("core/v1.Pod"), document, patch), { code, message });
    });
  }

  it("refuses an order that leaves out an item of the patch", () => {
    const patch = { spec: { "$setElementOrder/containers": [{ name: "a" }], containers: [{ name: "n" }] } };
    assert.throws(() => strategicMergePatch(mergeTypeOf("core/v1.Pod"), pod, patch), {
      code: 500,
      message: "The order in patch list:\n[map[name:n]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    });
  });
});
