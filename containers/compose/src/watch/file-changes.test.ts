import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileChanges } from "./file-changes.ts";

/** A directory with files, watched: `next` does something and gives what changed, relative. */
async function watched(t: TestContext, path = ".") {
  const root = mkdtempSync(join(tmpdir(), "skiff-watch-"));
  mkdirSync(join(root, "src/deep"), { recursive: true });
  mkdirSync(join(root, "ignored"));
  writeFileSync(join(root, "src/a"), "1");
  const over = new AbortController();
  t.after(() => {
    over.abort();
    rmSync(root, { recursive: true });
  });
  const isIgnored = (directory: string): boolean => directory === join(root, "ignored");
  const ready = Promise.withResolvers<void>();
  const paths = [join(root, path)];
  const changes = fileChanges({ paths, isIgnored, onReady: ready.resolve, signal: over.signal });
  let pending = changes.next();
  await ready.promise;
  return {
    root,
    async next(act: () => void): Promise<string[]> {
      act();
      const { value = [] } = await pending;
      pending = changes.next();
      return [...value].map((each) => each.slice(root.length + 1)).sort();
    },
    async end(): Promise<boolean> {
      over.abort();
      return (await pending).done === true;
    },
  };
}

describe("fileChanges()", () => {
  it("tells of files that change, come and go, at any depth", async (t) => {
    const { root, next } = await watched(t);
    assert.deepEqual(await next(() => writeFileSync(join(root, "src/a"), "2")), ["src/a"]);
    assert.deepEqual(await next(() => writeFileSync(join(root, "src/deep/b"), "1")), ["src/deep/b"]);
    assert.deepEqual(await next(() => rmSync(join(root, "src/deep/b"))), ["src/deep/b"]);
  });

  it("tells of files in directories that come later", async (t) => {
    const { root, next } = await watched(t);
    const made = await next(() => {
      mkdirSync(join(root, "new/er"), { recursive: true });
      writeFileSync(join(root, "new/er/file"), "1");
    });
    assert.ok(made.includes("new/er/file"), made.join());
    assert.deepEqual(await next(() => writeFileSync(join(root, "new/er/file"), "2")), ["new/er/file"]);
  });

  it("does not look into what is ignored", async (t) => {
    const { root, next } = await watched(t);
    const changed = await next(() => {
      writeFileSync(join(root, "ignored/a"), "1");
      writeFileSync(join(root, "src/a"), "2");
    });
    assert.deepEqual(changed, ["src/a"]);
  });

  it("follows one file, also when another takes its place", async (t) => {
    const { root, next } = await watched(t, "src/a");
    const replaced = await next(() => {
      writeFileSync(join(root, "src/.a.tmp"), "2");
      renameSync(join(root, "src/.a.tmp"), join(root, "src/a"));
    });
    assert.deepEqual(replaced, ["src/a"]);
    assert.deepEqual(await next(() => writeFileSync(join(root, "src/a"), "3")), ["src/a"]);
  });

  it("ends when nobody wants more", async (t) => {
    const { end } = await watched(t);
    assert.equal(await end(), true);
  });
});
