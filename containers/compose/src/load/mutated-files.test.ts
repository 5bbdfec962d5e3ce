// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { renderConfig } from "../operations/config.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { loadProject } from "./load-project.ts";

const ROUNDS = 600;
const root = join(import.meta.dirname, "../testdata");
const read = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((file) => readFileSync(join(root, file), "utf8"));
const good = read("awesome-compose/*/compose.{yaml,yml}");
const bad = read("bad/*.yaml");
const pieces = [
  ...[
    "null",
    "[]",
    "{}",
    "~",
    "5",
    "true",
    "''",
    "- a",
    "&a",
    "*a",
    "<<: *a",
    "!reset null",
    "!override []",
    "${X}",
    "$",
    "\t",
  ],
  ...[
    "x-y: 1",
    "services:",
    "extends: web",
    "depends_on: [web]",
    "deploy:",
    "ports: ['1-9:1-9']",
    "volumes: ['a:b']",
    "__proto__: {a: 1}",
  ],
];

it("loadProject() gives a project that comes back from its canonical form, or a ComposeFileError, for files that were damaged at random", async () => {
  const random = aRandomSource(20_261_122);
  let loaded = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const text = damaged(random);
    const load = (input: string): Promise<string> =>
      loadProject({
        files: ["-"],
        environment: {},
        workingDirectory: "/nowhere",
        profiles: ["*"],
        readInput: async () => input,
      }).then((project) => renderConfig(project, "yaml"));
    const canonical = await load(text).catch((error: unknown) => {
      assert.ok(error instanceof ComposeFileError, `${error instanceof Error ? error.stack : String(error)}\n${text}`);
    });
    if (canonical === undefined) continue;
    loaded += 1;
    assert.equal(await load(canonical), canonical, text);
  }
  assert.ok(loaded > ROUNDS / 20, `only ${loaded} files still load`);
});

/** One of the files with a few of its lines removed, repeated, moved, or changed. */
function damaged(random: (below: number) => number): string {
  const pick = <Value>(values: readonly Value[]): Value =>
    values[random(values.length)] ?? assert.fail("nothing to pick");
  const lines = pick(good).split("\n");
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(lines.length);
    const line = lines[at] ?? "";
    const column = random(line.length + 1);
    const changes = [
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, pick(lines)),
      () =>
        lines.splice(
          at,
          1,
          line.replace(/:.*$/, () => `: ${pick(pieces)}`),
        ),
      () => lines.splice(at, 0, " ".repeat(random(4) * 2) + pick(pieces)),
      () => lines.splice(at, 0, pick(pick(bad).split("\n"))),
      () => lines.splice(at, 1, line.slice(0, column) + pick(pieces) + line.slice(column)),
    ];
    pick(changes)();
  }
  return lines.join("\n");
}

/** Numbers that are the same in every run. */
function aRandomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}
