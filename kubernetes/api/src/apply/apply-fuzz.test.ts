/** The laws of apply, for any objects, managers and configurations. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc, { type Arbitrary } from "fast-check";
import { StatusError } from "../errors.ts";
import { anyJson, objectOf } from "../testing/arbitrary-values.ts";
import { keyed, listOf, mapOf, setOf, struct } from "../testing/merge-types.ts";
import { schemaKind, tableKind } from "../testing/tracked-kind.ts";
import { compare } from "./compare.ts";
import {
  difference,
  type FieldSet,
  inOrder,
  intersection,
  isEmpty,
  parseSet,
  pathsOf,
  sameSet,
  union,
} from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { mergeApplied } from "./merge.ts";
import type { MergeType } from "./merge-type.ts";
import { type ApplyOptions, applyConfiguration } from "./server-side-apply.ts";
import { mergeTypeOf } from "./table-merge-type.ts";
import { trackUpdate } from "./track-update.ts";
import type { ManagedObject } from "./write-tracking.ts";

const text: MergeType = { scalar: "string" };
const type = struct({
  metadata: struct({ name: text, uid: text }),
  scalar: text,
  struct: struct({ a: text, b: struct({ c: text, d: text }) }),
  map: mapOf(text),
  atomic: mapOf(text, true),
  list: listOf(text),
  set: setOf("string"),
  keyed: keyed(["k"], struct({ k: text, a: text, b: text })),
});
const kind = schemaKind(type, "example.org/v1");

const value = fc.constantFrom("1", "2");
const partial = (members: Record<string, Arbitrary<unknown>>) => fc.record(members, { requiredKeys: [] });
const configuration: Arbitrary<Record<string, unknown>> = partial({
  scalar: value,
  struct: partial({ a: value, b: partial({ c: value, d: value }) }),
  map: fc.dictionary(fc.constantFrom("x", "y"), value),
  atomic: fc.dictionary(fc.constantFrom("x", "y"), value),
  list: fc.array(value, { maxLength: 2 }),
  set: fc.uniqueArray(fc.constantFrom("p", "q", "r")),
  keyed: fc.uniqueArray(fc.record({ k: fc.constantFrom("p", "q", "r"), a: value, b: value }, { requiredKeys: ["k"] }), {
    selector: ({ k }) => k,
  }),
}) as Arbitrary<Record<string, unknown>>;

interface Step {
  readonly manager: string;
  readonly config: Record<string, unknown>;
  readonly how: "apply" | "force" | "update";
}
const history: Arbitrary<Step[]> = fc.array(
  fc.record({
    manager: fc.constantFrom("a", "b", "c"),
    config: configuration,
    how: fc.constantFrom("apply" as const, "force" as const, "update" as const),
  }),
  { maxLength: 6 },
);

const withMeta = (config: object): ManagedObject => ({ metadata: { name: "n" }, ...config });
const options = (manager: string, force: boolean): ApplyOptions => ({
  ...kind,
  manager,
  force,
  subresource: "",
  time: "2026-01-01T00:00:00Z",
});

function step(live: ManagedObject | undefined, { manager, config, how }: Step): ManagedObject | undefined {
  if (how === "update") {
    const next = { metadata: { name: "n", uid: "u" }, ...config };
    const managedFields = trackUpdate(live, next, options(manager, false));
    return { ...next, metadata: { ...next.metadata, managedFields } };
  }
  try {
    const applied = applyConfiguration(live, withMeta(config), options(manager, how === "force"));
    return { ...applied, metadata: { ...applied.metadata, uid: "u" } };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    assert.equal(error.code, 409, error.message);
    assert.notEqual(how, "force");
    return live;
  }
}

const heldBy = (object: ManagedObject, manager: string, operation: string): FieldSet =>
  (object.metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === operation)
    ?.fieldsV1 ?? {}) as FieldSet;
const bare = ({ metadata: _, ...rest }: ManagedObject) => rest;

const EMPTIABLE = [".map", ".struct", ".struct.b", ".set", ".keyed"];

/** The fields of a set that are values: structs, maps and lists are there for what they hold, and not missed when empty. */
const values = (set: FieldSet) => pathsOf(set).filter((path) => !EMPTIABLE.includes(path));

describe("apply", () => {
  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(history, configuration, (steps, config) => {
        // A record of nothing is none, and the next apply is the first.
        fc.pre(!isEmpty(fieldsOf(type, config)));
        const live = steps.reduce<ManagedObject | undefined>(step, undefined);
        const once = step(live, { manager: "a", config, how: "force" });
        assert.ok(once);
        const twice = step(once, { manager: "a", config, how: "apply" });
        assert.ok(twice);
        assert.deepEqual(twice.metadata, once.metadata);
        const { added, modified, removed } = compare(type, once, twice);
        assert.deepEqual([...values(added), ...values(modified), ...values(removed)], []);
      }),
      { numRuns: 300 },
    );
  });

  it("by force makes the object what the configuration says, and its manager the holder of all it says", () => {
    fc.assert(
      fc.property(history, configuration, (steps, config) => {
        const live = steps.reduce<ManagedObject | undefined>(step, undefined);
        const after = step(live, { manager: "a", config, how: "force" });
        assert.ok(after);
        const said = fieldsOf(type, config);
        assert.ok(sameSet(heldBy(after, "a", "Apply"), said));
        const there = fieldsOf(type, bare(after));
        assert.deepEqual(values(difference(said, there)), []);
        // Where the configuration has no lists, which are merged, merging it once more finds nothing to change.
        const { added, modified } = compare(type, bare(after), mergeApplied(type, bare(after), config));
        assert.deepEqual([...values(added), ...values(modified)], []);
      }),
      { numRuns: 300 },
    );
  });

  it("removes a field its manager drops if nobody else holds it, and only then", () => {
    fc.assert(
      fc.property(history, configuration, configuration, (steps, first, second) => {
        const live = steps.reduce<ManagedObject | undefined>(step, undefined);
        const before = step(live, { manager: "a", config: first, how: "force" });
        assert.ok(before);
        const after = step(before, { manager: "a", config: second, how: "force" });
        assert.ok(after);
        const others = (after.metadata.managedFields ?? [])
          .filter((entry) => !(entry.manager === "a" && entry.operation === "Apply"))
          .reduce<FieldSet>((all, entry) => union(all, entry.fieldsV1 as FieldSet), {});
        const there = fieldsOf(type, bare(after));
        const dropped = difference(heldBy(before, "a", "Apply"), heldBy(after, "a", "Apply"));
        assert.deepEqual(values(difference(intersection(dropped, there), others)), []);
        const kept = difference(fieldsOf(type, bare(before)), union(dropped, others));
        const gone = difference(kept, union(there, fieldsOf(type, second)));
        assert.deepEqual(
          values(gone).filter((path) => !isBelowDropped(path, dropped)),
          [],
        );
      }),
      { numRuns: 300 },
    );
  });

  it("never holds for anyone what is not there", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const live = steps.reduce<ManagedObject | undefined>(step, undefined);
        if (!live) return;
        const there = fieldsOf(type, bare(live));
        for (const { operation, fieldsV1 } of live.metadata.managedFields ?? []) {
          if (operation === "Update") continue;
          assert.deepEqual(values(difference(fieldsV1 as FieldSet, there)), []);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("takes any JSON for a configuration or refuses it", () => {
    const pods = tableKind("core/v1.Pod", "v1");
    const fields = fc.record(
      { metadata: anyJson(2), spec: anyJson(3), status: anyJson(2) },
      { requiredKeys: ["metadata"] },
    );
    fc.assert(
      fc.property(objectOf("core/v1.Pod"), fields, (pod, config) => {
        const all = { ...pods, manager: "a", force: true, subresource: "", time: "t" };
        const live = { ...pod, metadata: { ...(pod.metadata as object | undefined), name: "n" } };
        try {
          applyConfiguration(live, { ...config, metadata: (config.metadata ?? {}) as object }, all);
        } catch (error) {
          assert.ok(error instanceof StatusError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("takes any Service, and says the same of it twice", () => {
    const service = tableKind("core/v1.Service", "v1");
    fc.assert(
      fc.property(objectOf("core/v1.Service"), (config) => {
        const sent = { ...config, apiVersion: "v1", kind: "Service" };
        const stated = { ...sent, metadata: { ...(config.metadata as object | undefined), name: "n" } };
        const all = { ...service, manager: "a", force: false, subresource: "", time: "t" };
        const once = applyConfiguration(undefined, stated, all);
        fc.pre(once.metadata.managedFields?.length !== 0);
        const twice = applyConfiguration(once, stated, all);
        assert.deepEqual(twice.metadata.managedFields, once.metadata.managedFields);
        assert.deepEqual(twice, once);
      }),
      { numRuns: 60 },
    );
  });
});

function isBelowDropped(path: string, dropped: FieldSet): boolean {
  return pathsOf(dropped).some((parent) => path.startsWith(parent));
}

describe("sets of fields", () => {
  const sets = configuration.map((config) => fieldsOf(type, config));

  it("are the same when they are written and read", () => {
    fc.assert(
      fc.property(objectOf("core/v1.Pod"), (pod) => {
        const set = fieldsOf(mergeTypeOf("core/v1.Pod"), pod);
        const read = parseSet(JSON.parse(JSON.stringify(inOrder(set))));
        assert.ok(read && sameSet(read, set));
        assert.equal(JSON.stringify(inOrder(read)), JSON.stringify(inOrder(set)));
      }),
      { numRuns: 60 },
    );
  });

  it("obey the laws of sets", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        assert.ok(sameSet(union(a, b), union(b, a)));
        assert.ok(sameSet(intersection(a, b), intersection(b, a)));
        assert.ok(isEmpty(intersection(difference(a, b), b)));
        assert.ok(sameSet(union(difference(a, b), intersection(a, b)), a));
        assert.ok(isEmpty(difference(a, union(a, b))));
      }),
      { numRuns: 300 },
    );
  });
});
