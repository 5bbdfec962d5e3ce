import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { isArchive } from "./decompress.ts";
import { extractTar } from "./extract-tar.ts";

async function setUp(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "skiff-archive-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  await writeFile(join(root, "file"), "content\n");
  execFileSync("tar", ["-cf", "plain.tar", "file"], { cwd: root });
  return { root, tar: await readFile(join(root, "plain.tar")) };
}

const kinds = [
  { kind: "nothing", pack: (tar: Buffer) => tar },
  { kind: "gzip", pack: (tar: Buffer) => gzipSync(tar) },
  { kind: "zstd", pack: (tar: Buffer) => zstdCompressSync(tar) },
  { kind: "xz", pack: (tar: Buffer) => execFileSync("xz", ["-c"], { input: tar }) },
];

describe("extractTar()", () => {
  for (const { kind, pack } of kinds) {
    it(`unpacks an archive compressed with ${kind}`, async (t) => {
      const { root, tar } = await setUp(t);
      await writeFile(join(root, "packed"), pack(tar));
      assert.equal(await isArchive(join(root, "packed")), true);
      await extractTar(
        (async function* () {
          yield pack(tar);
        })(),
        root,
        "/out",
      );
      assert.equal(await readFile(join(root, "out/file"), "utf8"), "content\n");
    });
  }

  it("takes an archive that ends with its last file's last byte, and no shorter one", async (t) => {
    const { root, tar } = await setUp(t);
    const cut = (length: number) =>
      extractTar(
        (async function* () {
          yield tar.subarray(0, length);
        })(),
        root,
        "/out",
      );
    await cut(512 + "content\n".length);
    await assert.rejects(cut(512 + 3), /Unexpected end of data/);
  });
});

describe("isArchive()", () => {
  const files = [
    { what: "a compressed file that is no archive", bytes: gzipSync("just text") },
    { what: "what only begins like one", bytes: Buffer.from("1f8b0000", "hex") },
    { what: "an empty file", bytes: Buffer.alloc(0) },
    { what: "zeros", bytes: Buffer.alloc(1024) },
  ];
  for (const { what, bytes } of files) {
    it(`says no to ${what}`, async (t) => {
      const { root } = await setUp(t);
      await writeFile(join(root, "file"), bytes);
      assert.equal(await isArchive(join(root, "file")), false);
    });
  }
});
