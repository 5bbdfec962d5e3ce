import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { copyInto } from "./copy-into.ts";

describe("copyInto()", () => {
  it("keeps the times of directories, whatever was put into them, but not that of the whole tree", async (t) => {
    const home = await mkdtemp(join(tmpdir(), "skiff-copy-into-"));
    t.after(() => rm(home, { recursive: true }));
    const root = join(home, "root");
    const tree = { root: join(home, "tree") };
    await mkdir(root);
    await mkdir(join(tree.root, "site/css"), { recursive: true });
    await writeFile(join(tree.root, "site/css/a.css"), "");
    const then = new Date("2020-01-02T03:04:05Z");
    for (const path of ["site/css", "site", "."]) await utimes(join(tree.root, path), then, then);

    await copyInto(tree, [{ path: "site", name: "site", isDirectory: true }], { root, destination: "/www" });
    await copyInto(tree, [{ path: ".", name: "", isDirectory: true }], { root, destination: "/all" });

    const timeOf = async (path: string) => (await stat(join(root, path))).mtime.toISOString();
    const kept = then.toISOString();
    assert.deepEqual(
      await Promise.all(["www", "www/css", "all/site", "all/site/css"].map(timeOf)),
      Array(4).fill(kept),
    );
    assert.notEqual(await timeOf("all"), kept);
  });
});
