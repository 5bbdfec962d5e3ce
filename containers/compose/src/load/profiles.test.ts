import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { selectServices } from "./select-services.ts";

const file = `
services:
  web: {image: i, networks: [n]}
  debug: {image: i, profiles: [debug]}
  both: {image: i, profiles: [debug, test], volumes: [v:/v]}
  tests: {image: i, profiles: [test], depends_on: [web]}
networks: {n: {}}
volumes: {v: {}}
`;

const table = [
  { when: "no profile is asked for", want: ["web"] },
  { when: "one is", profiles: ["debug"], want: ["both", "debug", "web"] },
  { when: "two are", profiles: ["debug", "test"], want: ["both", "debug", "tests", "web"] },
  { when: "all are", profiles: ["*"], want: ["both", "debug", "tests", "web"] },
  { when: "one that no service has is", profiles: ["other"], want: ["web"] },
  { when: "COMPOSE_PROFILES asks", environment: { COMPOSE_PROFILES: "test, other" }, want: ["both", "tests", "web"] },
  {
    when: "a flag and COMPOSE_PROFILES ask",
    profiles: ["debug"],
    environment: { COMPOSE_PROFILES: "test" },
    want: ["both", "debug", "web"],
  },
  { when: "a service is named by the caller", services: ["tests"], want: ["both", "tests", "web"] },
];

describe("profiles", () => {
  for (const { when, want, ...options } of table) {
    it(`enable ${want.join(", ")} when ${when}`, async (t) => {
      const project = await loadThese(t, { "compose.yaml": file }, options);
      assert.deepEqual(Object.keys(project.services), want);
      assert.deepEqual([...Object.keys(project.services), ...Object.keys(project.disabledServices)].sort(), [
        "both",
        "debug",
        "tests",
        "web",
      ]);
    });
  }

  /** The example of the specification, and what it says of it. */
  const example = `
services:
  foo: {image: foo}
  bar: {image: bar, profiles: [test]}
  baz: {image: baz, depends_on: [bar], profiles: [test]}
  zot: {image: zot, depends_on: [bar], profiles: [debug]}
`;
  const specified = [
    { when: "no profile is enabled", want: ["foo"] },
    { when: "test is enabled", profiles: ["test"], want: ["bar", "baz", "foo"] },
    { when: "debug is enabled", profiles: ["debug"], want: "disabled" },
    { when: "both are enabled", profiles: ["debug", "test"], want: ["bar", "baz", "foo", "zot"] },
    { when: "bar is named", services: ["bar"], want: ["bar"] },
    { when: "baz is named", services: ["baz"], want: ["bar", "baz"] },
    { when: "zot is named", services: ["zot"], want: "disabled" },
    { when: "zot is named and test is enabled", services: ["zot"], profiles: ["test"], want: ["bar", "zot"] },
  ];
  for (const { when, want, ...options } of specified) {
    it(`give what the specification says when ${when}`, async (t) => {
      const load = async (): Promise<readonly string[]> => {
        const project = await loadThese(t, { "compose.yaml": example }, options);
        return Object.keys(selectServices(project, options.services ?? [], { dependencies: "all" }).services);
      };
      if (want === "disabled") await assert.rejects(load(), /service "bar" is required by "zot" but is disabled/);
      else assert.deepEqual(await load(), want);
    });
  }

  it("leave out the resources that only services of theirs use, unless all are asked for", async (t) => {
    const without = await loadThese(t, { "compose.yaml": file });
    assert.deepEqual([Object.keys(without.volumes), Object.keys(without.networks)], [[], ["n"]]);
    const all = await loadThese(t, { "compose.yaml": file }, { allResources: true });
    assert.deepEqual([Object.keys(all.volumes), Object.keys(all.networks)], [["v"], ["default", "n"]]);
  });

  it("refuse that a service needs one that is not enabled", async (t) => {
    const text = "services:\n  web: {image: i, depends_on: [db]}\n  db: {image: i, profiles: [a, b]}\n";
    await assert.rejects(
      loadThese(t, { "compose.yaml": text }),
      new ComposeFileError('service "db" is required by "web" but is disabled. Can be enabled by profiles [a, b]', {
        file: "compose.yaml",
        line: 2,
        column: 32,
        path: "services.web.depends_on.db",
      }),
    );
  });

  it("leave out optional dependencies that are not enabled", async (t) => {
    const text =
      "services:\n  web: {image: i, depends_on: {db: {condition: service_started, required: false}}}\n  db: {image: i, profiles: [a]}\n";
    const { services } = await loadThese(t, { "compose.yaml": text });
    assert.equal(services.web?.depends_on, undefined);
  });
});

describe("selectServices()", () => {
  const chain =
    "services:\n  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [c]}\n  c: {image: i}\n  d: {image: i}\n  e: {image: i, profiles: [p]}\n";
  const selections = [
    { when: "none is named", names: [], dependencies: "all", want: ["a", "b", "c", "d"] },
    { when: "one is named with its dependencies", names: ["a"], dependencies: "all", want: ["a", "b", "c"] },
    { when: "one is named alone", names: ["b"], dependencies: "none", want: ["b"] },
    { when: "two are named", names: ["d", "c"], dependencies: "all", want: ["c", "d"] },
  ] as const;
  for (const { when, names, dependencies, want } of selections) {
    it(`keeps ${want.join(", ")} when ${when}`, async (t) => {
      const selected = selectServices(await loadThese(t, { "compose.yaml": chain }), names, { dependencies });
      assert.deepEqual(Object.keys(selected.services), want);
      assert.deepEqual([...Object.keys(selected.services), ...Object.keys(selected.disabledServices)].sort(), [
        "a",
        "b",
        "c",
        "d",
        "e",
      ]);
    });
  }

  it("refuses names that are no services, or not enabled", async (t) => {
    const project = await loadThese(t, { "compose.yaml": chain });
    assert.throws(
      () => selectServices(project, ["x"], { dependencies: "all" }),
      new ComposeFileError("no such service: x"),
    );
    assert.throws(
      () => selectServices(project, ["e"], { dependencies: "all" }),
      new ComposeFileError("no such service: e: it is disabled, and can be enabled by profiles [p]"),
    );
  });
});
