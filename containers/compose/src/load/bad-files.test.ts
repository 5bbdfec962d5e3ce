import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ComposeFileError } from "./compose-file-error.ts";
import { loadProject } from "./load-project.ts";

const directory = join(import.meta.dirname, "../testdata/bad");

/** Each file says in its first line, a comment, what people are told of it. `UPDATE_GOLDEN=1` writes that line anew. */
describe("loadProject() of a bad file", () => {
  for (const file of globSync("*.yaml", { cwd: directory }).sort()) {
    it(`says what is wrong with ${file}, and where`, async () => {
      const text = readFileSync(join(directory, file), "utf8");
      const want = text.slice(2, text.indexOf("\n"));
      const options = {
        files: [file],
        environment: {},
        workingDirectory: directory,
        projectName: file.replace(/\.yaml$/, ""),
      };
      const error: unknown = await loadProject(
        file === "project-name.yaml" ? { ...options, projectName: "" } : options,
      ).then(
        () => assert.fail("it loads"),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof ComposeFileError, String(error));
      if (process.env.UPDATE_GOLDEN === "1")
        writeFileSync(join(directory, file), `# ${error.message}${text.slice(text.indexOf("\n"))}`);
      else assert.equal(error.message, want);
    });
  }
});
