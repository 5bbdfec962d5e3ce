import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { lgetxattr } from "@skiff/linux";
import { type Header, pack } from "tar-stream";
import { unpackLayer } from "./unpack-layer.ts";
import { writeLayer } from "./write-layer.ts";

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

async function archive(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = "", ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return buffer(tar);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "skiff-layer-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  await mkdir(join(path, "top"));
  await mkdir(join(path, "lower"));
  return path;
}

describe("unpackLayer()", () => {
  const hostile = [
    { when: "a name goes up", entries: [{ name: "../../escape", content: "x" }], at: "escape" },
    { when: "a name is absolute", entries: [{ name: "/escape", content: "x" }], at: "escape" },
    {
      when: "a symbolic link leads out by an absolute path",
      entries: [
        { name: "out", type: "symlink", linkname: "/" },
        { name: "out/escape", content: "x" },
      ],
      at: "escape",
    },
    {
      when: "a symbolic link leads out by going up",
      entries: [
        { name: "a/out", type: "symlink", linkname: "../../../.." },
        { name: "a/out/escape", content: "x" },
      ],
      at: "escape",
    },
    {
      when: "a hard link points out",
      entries: [
        { name: "file", content: "mine" },
        { name: "escape", type: "link", linkname: "../../../file" },
      ],
      at: "escape",
    },
  ] satisfies { when: string; entries: Entry[]; at: string }[];
  for (const { when, entries, at } of hostile) {
    it(`stays inside when ${when}`, async (t) => {
      const path = await directory(t);
      await unpackLayer(once(await archive(entries)), join(path, "top"), []);
      assert.equal(existsSync(join(path, "top", at)), true);
      assert.equal(existsSync(join(path, at)), false);
    });
  }

  it("replaces a symbolic link by the file that follows under its name, and does not write through it", async (t) => {
    const path = await directory(t);
    await writeFile(join(path, "victim"), "untouched");
    const tar = await archive([
      { name: "f", type: "symlink", linkname: join(path, "victim") },
      { name: "f", content: "new" },
    ]);
    await unpackLayer(once(tar), join(path, "top"), []);
    assert.equal(readFileSync(join(path, "top/f"), "utf8"), "new");
    assert.equal(readFileSync(join(path, "victim"), "utf8"), "untouched");
  });

  it("follows a directory's link of a lower layer", async (t) => {
    const path = await directory(t);
    await mkdir(join(path, "lower/usr/lib"), { recursive: true });
    await symlink("usr/lib", join(path, "lower/lib"));
    await unpackLayer(once(await archive([{ name: "lib/x", content: "1" }])), join(path, "top"), [join(path, "lower")]);
    assert.equal(readFileSync(join(path, "top/usr/lib/x"), "utf8"), "1");
    assert.equal(existsSync(join(path, "top/lib")), false);
  });

  it("turns whiteouts into the overlay's, and keeps owners, modes, links and times", async (t) => {
    const path = await directory(t);
    const mtime = new Date(1_600_000_000_000);
    const tar = await archive([
      { name: "d/", type: "directory", mode: 0o1770, uid: 7, gid: 8, mtime },
      { name: "d/.wh..wh..opq" },
      { name: "d/kept", content: "k", mode: 0o4755, uid: 1000, gid: 50, mtime },
      { name: "d/hard", type: "link", linkname: "d/kept" },
      { name: ".wh.gone" },
    ]);
    const { diffId } = await unpackLayer(once(gzipSync(tar)), join(path, "top"), []);
    assert.equal((await unpackLayer(once(zstdCompressSync(tar)), join(path, "lower"), [])).diffId, diffId);
    const d = lstatSync(join(path, "top/d"));
    const kept = lstatSync(join(path, "top/d/kept"));
    assert.deepEqual([d.mode & 0o7777, d.uid, d.gid, d.mtimeMs], [0o1770, 7, 8, mtime.getTime()]);
    assert.deepEqual([kept.mode & 0o7777, kept.uid, kept.gid, kept.nlink], [0o4755, 1000, 50, 2]);
    assert.equal(lgetxattr(join(path, "top/d"), "trusted.overlay.opaque")?.toString(), "y");
    const gone = lstatSync(join(path, "top/gone"));
    assert.deepEqual([gone.isCharacterDevice(), gone.rdev], [true, 0]);
    const again = await buffer(writeLayer(join(path, "top")));
    const names = execFileSync("tar", ["-t"], { input: again }).toString().split("\n").filter(Boolean);
    assert.deepEqual(names, ["d/", "d/.wh..wh..opq", "d/hard", "d/kept", ".wh.gone"]);
  });

  it("refuses an archive beyond its limits", async (t) => {
    const path = await directory(t);
    const tar = await archive([
      { name: "a", content: "12345" },
      { name: "b", content: "67890" },
    ]);
    await assert.rejects(unpackLayer(once(tar), join(path, "top"), [], { entries: 10, bytes: 8 }), {
      code: "too-large",
    });
  });
});
