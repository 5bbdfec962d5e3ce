/** Whatever is sent as a patch, it is applied or refused, and what it is applied to stays as it is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc, { type Arbitrary } from "fast-check";
import { mergeTypeOf } from "../apply/table-merge-type.ts";
import { StatusError } from "../errors.ts";
import { anyJson, objectOf } from "../testing/arbitrary-values.ts";
import { jsonPatch } from "./json-patch.ts";
import { isJsonObject, setKey } from "./json-value.ts";
import { mergePatch } from "./merge-patch.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

/** What applying makes of a document; undefined where it is refused. */
function applied<T>(apply: () => T): T | undefined {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    assert.ok([400, 413, 422, 500].includes(error.code));
    assert.ok(error.code !== 500 || error.message !== "", "a failure says what it is");
    return undefined;
  }
}

const pointer = fc
  .array(fc.constantFrom("a", "b", "0", "1", "-", "-1", "~0", "~1", "__proto__", ""), { maxLength: 4 })
  .map((parts) => parts.map((part) => `/${part}`).join(""));
const operation = fc.record(
  {
    op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "nope"),
    path: pointer,
    from: pointer,
    value: anyJson(1),
  },
  { requiredKeys: ["op"] },
);

/** A patch of a Pod with directives here and there. */
const podPatch: Arbitrary<unknown> = fc
  .tuple(objectOf("core/v1.Pod"), fc.infiniteStream(fc.nat(19)), anyJson(1))
  .map(([pod, dice, junk]) => directed(pod, () => dice.next().value ?? 0, junk));

function directed(value: unknown, roll: () => number, junk: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => directed(item, roll, junk));
  if (!isJsonObject(value)) return roll() === 0 ? null : value;
  const patch: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const what = roll();
    if (what === 0) patch[`$setElementOrder/${key}`] = Array.isArray(inner) ? inner.toReversed() : junk;
    if (what === 1) patch[`$deleteFromPrimitiveList/${key}`] = Array.isArray(inner) ? inner : junk;
    if (what === 2) patch.$retainKeys = Object.keys(value);
    if (what === 3) patch.$patch = ["replace", "delete", "merge", junk][roll() % 4];
    setKey(patch, key, directed(inner, roll, junk));
  }
  return patch;
}

describe("patches of any content", () => {
  it("in JSON Patch are applied or refused, and change nothing they are not to", () => {
    fc.assert(
      fc.property(anyJson(), fc.array(operation, { maxLength: 5 }), (document, operations) => {
        const before = structuredClone(document);
        applied(() => jsonPatch(document, operations));
        assert.deepEqual(document, before);
      }),
      { numRuns: 1000 },
    );
  });

  it("in JSON Patch undo themselves where what was added is removed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b/c", "d~e"), anyJson(1)), anyJson(1), (document, value) => {
        const path = "/new~1key";
        const there = jsonPatch(document, [
          { op: "add", path, value },
          { op: "test", path, value },
        ]);
        assert.deepEqual(jsonPatch(there, [{ op: "remove", path }]), structuredClone(document));
      }),
    );
  });

  it("in merge patch say the same the second time, and leave no null they brought", () => {
    fc.assert(
      fc.property(anyJson(), anyJson(), (document, patch) => {
        const [before, sent] = [structuredClone(document), structuredClone(patch)];
        const once = mergePatch(document, patch);
        assert.deepEqual(mergePatch(once, patch), once);
        assert.deepEqual([document, patch], [before, sent]);
      }),
      { numRuns: 1000 },
    );
  });

  it("in strategic merge patch are applied or refused", () => {
    const type = mergeTypeOf("core/v1.Pod");
    fc.assert(
      fc.property(objectOf("core/v1.Pod"), podPatch, (pod, patch) => {
        const [before, sent] = [structuredClone(pod), structuredClone(patch)];
        applied(() => strategicMergePatch(type, pod, patch));
        assert.deepEqual([pod, patch], [before, sent]);
      }),
      { numRuns: 150 },
    );
  });

  it("in strategic merge patch say the same the second time, where they have no directives", () => {
    const type = mergeTypeOf("apps/v1.Deployment");
    fc.assert(
      fc.property(objectOf("apps/v1.Deployment"), objectOf("apps/v1.Deployment"), (deployment, patch) => {
        const once = applied(() => strategicMergePatch(type, deployment, patch));
        if (once)
          assert.deepEqual(
            applied(() => strategicMergePatch(type, once, patch)),
            once,
          );
      }),
      { numRuns: 100 },
    );
  });
});
