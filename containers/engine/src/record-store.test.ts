import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { RecordStore } from "./record-store.ts";

interface Thing {
  readonly id: string;
  readonly text: string;
}

/** A directory on a small file system of its own, and how to leave no room there. */
function smallDisk(t: TestContext): { readonly root: string; fill(): void; empty(): void } {
  const disk = mkdtempSync(join(tmpdir(), "skiff-records-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  t.after(() => {
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });
  const root = join(disk, "things");
  mkdirSync(root);
  const filler = join(disk, "filler");
  return {
    root,
    fill: () => assert.throws(() => writeFileSync(filler, Buffer.alloc(1 << 20)), { code: "ENOSPC" }),
    empty: () => rmSync(filler),
  };
}

describe("RecordStore on a full disk", () => {
  it("leaves everything as it was when it cannot save", async (t) => {
    const { root, fill } = smallDisk(t);
    const store = await RecordStore.open<Thing>(root);
    await store.save({ id: "old", text: "first" });
    fill();
    await assert.rejects(store.save({ id: "old", text: "second" }), { code: "ENOSPC" });
    await assert.rejects(store.save({ id: "new", text: "first" }), { code: "ENOSPC" });
    assert.deepEqual(store.list(), [{ id: "old", text: "first" }]);
    assert.deepEqual(readdirSync(root), ["old"]);
    assert.deepEqual((await RecordStore.open<Thing>(root)).list(), [{ id: "old", text: "first" }]);
  });
  it("remembers what happened, and writes it once there is room", async (t) => {
    const { root, fill, empty } = smallDisk(t);
    const store = await RecordStore.open<Thing>(root);
    await store.save({ id: "one", text: "first" });
    fill();
    assert.equal(await store.happened({ id: "one", text: "second" }), false);
    assert.equal(store.get("one")?.text, "second");
    const written = (): string => JSON.parse(readFileSync(join(root, "one/record.json"), "utf8")).text;
    assert.equal(written(), "first");
    empty();
    while (written() !== "second") await delay(20);
    store.close();
  });
});
