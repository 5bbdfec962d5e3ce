import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

describe("the snippet of a room's README", () => {
  for (const file of globSync("{containers,kubernetes,program}/*/README.md")) {
    const snippet = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(file, "utf8"))?.[1];
    it(`runs: ${file}`, () => {
      assert.ok(snippet, `${file} has no snippet`);
      const { status, stderr } = spawnSync(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "--eval", snippet],
        { encoding: "utf8", timeout: 60_000 },
      );
      assert.equal(status, 0, stderr);
    });
  }
});
