import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { renderConfig } from "../operations/config.ts";
import { loadThese } from "../testing/project-directory.ts";
import { loadProject } from "./load-project.ts";

const root = join(import.meta.dirname, "../testdata/awesome-compose");
const files = globSync("*/compose.{yaml,yml}", { cwd: root }).sort();

describe("loadProject()", () => {
  it("is given all twenty projects", () => assert.equal(files.length, 20));

  for (const file of files) {
    const directory = dirname(join(root, file));
    it(`gives ${basename(directory)} in its canonical form`, async () => {
      const project = await loadProject({ files: [], environment: {}, workingDirectory: directory });
      const rendered = renderConfig(project, "yaml").replaceAll(directory, "/project");
      const golden = join(directory, "canonical.yaml");
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, rendered);
      assert.equal(rendered, readFileSync(golden, "utf8"));
    });

    it(`gives ${basename(directory)} again from its canonical form`, async (t) => {
      const project = await loadProject({ files: [], environment: {}, workingDirectory: directory });
      for (const format of ["yaml", "json"] as const) {
        const text = renderConfig(project, format);
        const again = await loadThese(t, { "compose.yaml": text });
        assert.equal(renderConfig(again, format), text);
      }
    });
  }
});
