import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const SECTIONS = ["Place", "Contract", "Use", "Reading the source", "Invariants", "Operations"];

/** Files longer than the limit. This list may only shrink. */
const LONG_FILES: readonly string[] = [];
const LIMIT = 500;

describe("every room", () => {
  for (const manifest of globSync("{containers,kubernetes,program}/*/package.json")) {
    const room = manifest.slice(0, -"/package.json".length);
    it(`${room} has a README in the one shape, under 80 lines`, () => {
      assert.ok(existsSync(`${room}/README.md`), "README.md is missing");
      const text = readFileSync(`${room}/README.md`, "utf8");
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings, SECTIONS);
      assert.ok(text.split("\n").length <= 81, "longer than 80 lines");
    });
  }
});

describe("source files", () => {
  const files = globSync("{containers,kubernetes,program,tools,test,bench}/**/*.ts", {
    exclude: (name) => name === "node_modules" || name === "generated" || name === "testdata",
  });
  it("stay under the limit, generated ones excepted", () => {
    const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length > LIMIT + 1);
    assert.deepEqual(long.toSorted(), [...LONG_FILES]);
  });
  it("are not called after nothing", () => {
    const vague = files.filter((file) => /\/(utils?|helpers?|common|misc|types)(\.ts|\/)/.test(file));
    assert.deepEqual(vague, []);
  });
});

describe("dependencies", () => {
  it("are each listed with a reason in docs/dependencies.md", () => {
    const listed = readFileSync("docs/dependencies.md", "utf8");
    const missing: string[] = [];
    for (const manifest of ["package.json", ...globSync("{containers,kubernetes,program}/*/package.json")]) {
      const {
        dependencies = {},
        devDependencies = {},
        optionalDependencies = {},
      } = JSON.parse(readFileSync(manifest, "utf8"));
      for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        if (!name.startsWith("@skiff/") && !listed.includes(`\`${name}\``)) missing.push(`${manifest}: ${name}`);
      }
    }
    assert.deepEqual(missing, []);
  });
});
