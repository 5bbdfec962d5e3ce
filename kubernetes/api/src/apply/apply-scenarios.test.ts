/** What becomes of an object and of who holds what, when several managers apply and write in turn. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isConflict, StatusError } from "../errors.ts";
import { keyed, listOf, mapOf, setOf, struct } from "../testing/merge-types.ts";
import { schemaKind } from "../testing/tracked-kind.ts";
import { type FieldSet, pathsOf } from "./field-set.ts";
import { type MergeType, UNTYPED_DEDUCED } from "./merge-type.ts";
import { applyConfiguration } from "./server-side-apply.ts";
import { trackUpdate } from "./track-update.ts";
import type { ManagedObject } from "./write-tracking.ts";

const text: MergeType = { scalar: "string" };
const number: MergeType = { scalar: "numeric" };
const port = struct({ port: number, protocol: text, name: text }, { defaults: { protocol: "TCP" } });
const spec = struct({
  replicas: number,
  image: text,
  strategy: struct({ type: text, max: number }),
  selector: struct({ app: text, tier: text }, { atomic: true }),
  labels: mapOf(text),
  limits: mapOf(text, true),
  args: listOf(text),
  tags: setOf("string"),
  items: keyed(["name"], struct({ name: text, value: text, more: struct({ a: text, b: text }) })),
  ports: keyed(["port", "protocol"], port),
  anything: UNTYPED_DEDUCED,
});
const metadata = struct({ name: text, uid: text, annotations: mapOf(text), labels: mapOf(text) });
const type = struct({ apiVersion: text, kind: text, metadata, spec });
const kind = schemaKind(type, "example.org/v1");

type Step = { readonly by: string; readonly spec: object; readonly write?: "apply" | "force" | "update" };

interface Scenario {
  readonly when: string;
  readonly steps: readonly Step[];
  readonly spec: object;
  readonly held: Readonly<Record<string, readonly string[]>>;
}

let clock = 0;
const time = () => new Date(Date.UTC(2026, 0, 1) + ++clock * 1000).toISOString().replace(".000", "");

function run(live: ManagedObject | undefined, { by: manager, spec, write = "apply" }: Step): ManagedObject {
  const next = { apiVersion: "example.org/v1", kind: "Test", metadata: { name: "a" }, spec } as ManagedObject;
  const options = { ...kind, manager, subresource: "", time: time() };
  if (write !== "update") return withUid(applyConfiguration(live, next, { ...options, force: write === "force" }));
  const sent = { ...next, metadata: { ...next.metadata, uid: "u" } };
  return { ...sent, metadata: { ...sent.metadata, managedFields: trackUpdate(live, sent, options) } };
}

function withUid(object: ManagedObject): ManagedObject {
  return { ...object, metadata: { ...object.metadata, uid: "u" } };
}

function held({ metadata }: ManagedObject): Record<string, readonly string[]> {
  const entries = metadata.managedFields ?? [];
  return Object.fromEntries(
    entries.map(({ manager = "", fieldsV1 }) => [manager, pathsOf(fieldsV1 as FieldSet).map((path) => path.slice(6))]),
  );
}

const specOf = (object: ManagedObject) => (object as { spec?: object }).spec ?? {};
const play = (steps: readonly Step[]) => steps.reduce<ManagedObject | undefined>(run, undefined) as ManagedObject;

const scenarios: readonly Scenario[] = [
  {
    when: "the only holder of a field leaves it out",
    steps: [
      { by: "a", spec: { replicas: 1, image: "x" } },
      { by: "a", spec: { image: "x" } },
    ],
    spec: { image: "x" },
    held: { a: ["image"] },
  },
  {
    when: "one of two holders leaves a field out",
    steps: [
      { by: "a", spec: { replicas: 1, image: "x" } },
      { by: "b", spec: { replicas: 1 } },
      { by: "a", spec: { image: "x" } },
    ],
    spec: { replicas: 1, image: "x" },
    held: { a: ["image"], b: ["replicas"] },
  },
  {
    when: "a manager takes a field by force",
    steps: [
      { by: "a", spec: { replicas: 1, image: "x" } },
      { by: "b", spec: { replicas: 2 }, write: "force" },
    ],
    spec: { replicas: 2, image: "x" },
    held: { a: ["image"], b: ["replicas"] },
  },
  {
    when: "a writer changes an applied field, and the applier gives it up",
    steps: [
      { by: "a", spec: { replicas: 1, image: "x" } },
      { by: "hpa", spec: { replicas: 5, image: "x" }, write: "update" },
      { by: "a", spec: { image: "x" } },
    ],
    spec: { replicas: 5, image: "x" },
    held: { a: ["image"], hpa: ["replicas"] },
  },
  {
    when: "two managers apply to one set",
    steps: [
      { by: "a", spec: { tags: ["x", "y"] } },
      { by: "b", spec: { tags: ["y", "z"] } },
      { by: "a", spec: { tags: ["x"] } },
      { by: "b", spec: { tags: ["z"] } },
    ],
    spec: { tags: ["x", "z"] },
    held: { a: ['tags[="x"]'], b: ['tags[="z"]'] },
  },
  {
    when: "two managers apply to one keyed list",
    steps: [
      { by: "a", spec: { items: [{ name: "one" }, { name: "two", value: "a" }] } },
      { by: "b", spec: { items: [{ name: "three" }, { name: "one", value: "b" }] } },
      { by: "a", spec: { items: [{ name: "one" }] } },
    ],
    spec: { items: [{ name: "three" }, { name: "one", value: "b" }] },
    held: {
      a: ['items[name="one"]', 'items[name="one"].name'],
      b: [
        'items[name="one"]',
        'items[name="three"]',
        'items[name="one"].name',
        'items[name="one"].value',
        'items[name="three"].name',
      ],
    },
  },
  {
    when: "an applier drops an item below which a writer set something",
    steps: [
      { by: "a", spec: { items: [{ name: "one" }, { name: "two" }] } },
      { by: "w", spec: { items: [{ name: "one" }, { name: "two", value: "w" }] }, write: "update" },
      { by: "a", spec: { items: [{ name: "one" }] } },
    ],
    spec: { items: [{ name: "one" }] },
    held: { a: ['items[name="one"]', 'items[name="one"].name'] },
  },
  {
    when: "a key has a default",
    steps: [
      { by: "a", spec: { ports: [{ port: 80 }, { port: 80, protocol: "UDP" }] } },
      { by: "b", spec: { ports: [{ port: 80, protocol: "TCP", name: "web" }] } },
    ],
    spec: {
      ports: [
        { port: 80, protocol: "TCP", name: "web" },
        { port: 80, protocol: "UDP" },
      ],
    },
    held: {
      a: [
        'ports[port=80,protocol="TCP"]',
        'ports[port=80,protocol="UDP"]',
        'ports[port=80,protocol="TCP"].port',
        'ports[port=80,protocol="UDP"].port',
        'ports[port=80,protocol="UDP"].protocol',
      ],
      b: [
        'ports[port=80,protocol="TCP"]',
        'ports[port=80,protocol="TCP"].name',
        'ports[port=80,protocol="TCP"].port',
        'ports[port=80,protocol="TCP"].protocol',
      ],
    },
  },
  {
    when: "values are owned whole",
    steps: [
      { by: "a", spec: { args: ["1"], limits: { cpu: "1" }, selector: { app: "x" } } },
      { by: "b", spec: { args: ["2"], limits: { memory: "2" }, selector: { tier: "y" } }, write: "force" },
    ],
    spec: { args: ["2"], limits: { memory: "2" }, selector: { tier: "y" } },
    held: { b: ["args", "limits", "selector"] },
  },
  {
    when: "a struct loses its last member",
    steps: [
      { by: "a", spec: { strategy: { type: "x" }, image: "x" } },
      { by: "a", spec: { image: "x" } },
    ],
    spec: { image: "x" },
    held: { a: ["image"] },
  },
  {
    when: "a struct is kept by a member someone else set",
    steps: [
      { by: "a", spec: { strategy: { type: "x" }, image: "x" } },
      { by: "w", spec: { strategy: { type: "x", max: 1 }, image: "x" }, write: "update" },
      { by: "a", spec: { image: "x" } },
    ],
    spec: { strategy: { max: 1 }, image: "x" },
    held: { a: ["image"], w: ["strategy.max"] },
  },
  {
    when: "nothing is known of the type of a member",
    steps: [
      { by: "a", spec: { anything: { list: [1, { x: 2 }], object: { k: "v" } } } },
      { by: "b", spec: { anything: { object: { l: "w" } } } },
      { by: "a", spec: { anything: { object: { k: "v" } } } },
    ],
    spec: { anything: { object: { k: "v", l: "w" } } },
    held: {
      a: ["anything.object", "anything.object.k"],
      b: ["anything.object", "anything.object.l"],
    },
  },
  {
    when: "an empty object or null is applied",
    steps: [{ by: "a", spec: { labels: {}, strategy: null, image: "x", items: [] } }],
    spec: { labels: {}, strategy: null, image: "x", items: [] },
    held: { a: ["image", "labels", "strategy"] },
  },
  {
    when: "a manager both applies and writes",
    steps: [
      { by: "a", spec: { image: "x" } },
      { by: "a", spec: { image: "y" }, write: "update" },
      { by: "a", spec: { image: "y" } },
    ],
    spec: { image: "y" },
    held: { a: ["image"] },
  },
];

describe("managers of one object", () => {
  for (const { when, steps, spec, held: want } of scenarios) {
    it(`agree when ${when}`, () => {
      const live = play(steps);
      assert.deepEqual(specOf(live), spec);
      assert.deepEqual(held(live), want);
    });
  }

  const orders: readonly { live: string; asked: string; want: string }[] = [
    { live: "a b c", asked: "c a", want: "b c a" },
    { live: "a b c", asked: "d b", want: "a d b c" },
    { live: "a b c d e", asked: "e a", want: "b c d e a" },
    { live: "a b", asked: "b a", want: "b a" },
    { live: "", asked: "z y", want: "z y" },
  ];
  for (const { live, asked, want } of orders) {
    it(`put items ${live || "of none"} in the order ${want} when ${asked} is applied`, () => {
      const tags = (names: string) => ({ spec: { tags: names.split(" ").filter(Boolean) } });
      const first = run(undefined, { by: "w", ...tags(live), write: "update" });
      assert.deepEqual(specOf(run(first, { by: "a", ...tags(asked) })), tags(want).spec);
    });
  }
});

describe("records of an earlier schema", () => {
  const item = struct({ name: text, value: text });
  const under = (items: MergeType, limits: MergeType) => ({
    ...schemaKind(struct({ metadata, spec: struct({ items, limits }) }), "example.org/v1"),
    mayHaveChanged: true,
  });
  const split = under(keyed(["name"], item), mapOf(text));
  const whole = under(listOf(item), mapOf(text, true));
  const config = {
    metadata: { name: "a" },
    spec: { items: [{ name: "one", value: "1" }], limits: { cpu: "1" } },
  } as ManagedObject;
  const by = (manager: string, of: typeof split, live: ManagedObject | undefined) =>
    withUid(applyConfiguration(live, config, { ...of, manager, force: false, subresource: "", time: "t" }));

  it("hold whole what is owned whole now", () => {
    const live = by("b", whole, by("a", split, undefined));
    assert.deepEqual(held(live), { a: ["items", "limits"], b: ["items", "limits"] });
  });

  it("hold each item of a list that is no longer owned whole", () => {
    const live = by("b", split, by("a", whole, undefined));
    const items = ['items[name="one"]', 'items[name="one"].name', 'items[name="one"].value'];
    assert.deepEqual(held(live).a?.toSorted(), [...items, "limits"]);
    assert.deepEqual(held(live).b?.toSorted(), [...items, "limits.cpu"]);
  });
});

describe("a conflict", () => {
  const live = play([
    { by: "a", spec: { replicas: 1, items: [{ name: "one", value: "a" }], labels: { x: "1" } } },
    { by: "w", spec: { replicas: 2, items: [{ name: "one", value: "a" }], labels: { x: "1" } }, write: "update" },
  ]);

  it("names every field and its holder, in order", () => {
    const wanted = { replicas: 3, items: [{ name: "one", value: "b" }], labels: { x: "2" } };
    assert.throws(
      () => run(live, { by: "b", spec: wanted }),
      (error) => {
        assert.ok(error instanceof StatusError && isConflict(error));
        assert.equal(
          error.message,
          [
            'Apply failed with 3 conflicts: conflicts with "a":',
            '- .spec.items[name="one"].value',
            "- .spec.labels.x",
            'conflicts with "w" using example.org/v1:',
            "- .spec.replicas",
          ].join("\n"),
        );
        assert.deepEqual(error.status.details, {
          causes: [
            { reason: "FieldManagerConflict", message: 'conflict with "a"', field: '.spec.items[name="one"].value' },
            { reason: "FieldManagerConflict", message: 'conflict with "a"', field: ".spec.labels.x" },
            {
              reason: "FieldManagerConflict",
              message: 'conflict with "w" using example.org/v1',
              field: ".spec.replicas",
            },
          ],
        });
        return true;
      },
    );
  });

  it("is none where the value is the same", () => {
    const agreed = run(live, { by: "b", spec: { replicas: 2 } });
    assert.deepEqual(held(agreed).b, ["replicas"]);
    assert.deepEqual(held(agreed).w, ["replicas"]);
  });
});

describe("a configuration that does not fit its schema", () => {
  const table: readonly { when: string; spec: object; because: string }[] = [
    { when: "a field is unknown", spec: { nope: 1 }, because: ".spec.nope: field not declared in schema" },
    {
      when: "a number is a text",
      spec: { replicas: "1" },
      because: ".spec.replicas: expected numeric (int or float), got string",
    },
    {
      when: "a text is a number",
      spec: { items: [{ name: "one", value: 1 }] },
      because: '.spec.items[name="one"].value: expected string, got &value.valueUnstructured{Value:1}',
    },
    { when: "a list is an object", spec: { args: { a: "b" } }, because: ".spec.args: expected list, got &{map[a:b]}" },
    { when: "an object is a list", spec: { labels: ["a"] }, because: ".spec.labels: expected map, got &{[a]}" },
    {
      when: "an item has no key",
      spec: { items: [{ value: "x" }] },
      because:
        '.spec.items: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    },
    {
      when: "items of a set repeat",
      spec: { tags: ["x", "x"] },
      because: '.spec.tags: duplicate entries for key [="x"]',
    },
    {
      when: "a set holds a null",
      spec: { tags: [null] },
      because: ".spec.tags: element 0: associative list without keys has an element that's an explicit null",
    },
    {
      when: "several things are wrong",
      spec: { replicas: true, image: 1 },
      because:
        "errors:\n  .spec.replicas: expected numeric (int or float), got bool\n  .spec.image: expected string, got &value.valueUnstructured{Value:1}",
    },
  ];
  for (const { when, spec, because } of table) {
    it(`is answered as Kubernetes answers it when ${when}`, () => {
      assert.throws(() => run(undefined, { by: "a", spec }), {
        code: 500,
        message: `failed to create typed patch object (a; example.org/v1, Kind=Test): ${because}`,
      });
    });
  }
});
