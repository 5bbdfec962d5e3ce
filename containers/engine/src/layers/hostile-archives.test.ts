import assert from "node:assert/strict";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { lgetxattr } from "@skiff/linux";
import fc from "fast-check";
import { type Header, pack } from "tar-stream";
import { EngineError } from "../engine-error.ts";
import { unpackLayer } from "./unpack-layer.ts";

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

async function archive(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = "", ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return buffer(tar);
}

/** A header with exactly these fields, right or wrong, and a right checksum. */
function header(o: { name?: string; type?: string; size?: string; link?: string; mode?: string }): Buffer {
  const block = Buffer.alloc(512);
  block.write(o.name ?? "x", 0);
  block.write(o.mode ?? "0000644", 100);
  block.write("0000000", 108);
  block.write("0000000", 116);
  block.write(o.size ?? "00000000000", 124);
  block.write("00000000000", 136);
  block.write("        ", 148);
  block.write(o.type ?? "0", 156);
  block.write(o.link ?? "", 157);
  block.write("ustar\0", 257);
  block.write("00", 263);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return block;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A directory with `top` to unpack into and `victim` beside it. */
async function place(t: Pick<TestContext, "after">): Promise<{ root: string; top: string }> {
  const root = await mkdtemp(join(tmpdir(), "skiff-hostile-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "top"));
  await mkdir(join(root, "victim"));
  await writeFile(join(root, "victim/file"), "untouched");
  return { root, top: join(root, "top") };
}

function isUntouched(root: string): void {
  assert.deepEqual(readdirSync(root).sort(), ["top", "victim"]);
  assert.deepEqual(readdirSync(join(root, "victim")), ["file"]);
  assert.equal(readFileSync(join(root, "victim/file"), "utf8"), "untouched");
}

const end = Buffer.alloc(1024);

describe("a hostile archive", () => {
  const contained: { when: string; entries: Entry[] }[] = [
    { when: "names go up", entries: [{ name: "../victim/file", content: "x" }] },
    { when: "names go up in the middle", entries: [{ name: "a/../../../victim/file", content: "x" }] },
    { when: "a whiteout goes up", entries: [{ name: "../victim/.wh.file" }] },
    { when: "an opaque marker goes up", entries: [{ name: "../victim/.wh..wh..opq" }] },
    { when: "a whiteout names the parent", entries: [{ name: "a/.wh..." }, { name: "a/.wh..", content: "" }] },
    {
      when: "a whiteout lies behind a link",
      entries: [{ name: "out", type: "symlink", linkname: "../victim" }, { name: "out/.wh.file" }],
    },
    {
      when: "links lead to links",
      entries: [
        { name: "a", type: "symlink", linkname: ".." },
        { name: "b", type: "symlink", linkname: "a/victim" },
        { name: "b/file", content: "x" },
      ],
    },
    {
      when: "a directory becomes a link after it was used",
      entries: [
        { name: "d/", type: "directory" },
        { name: "d/one", content: "1" },
        { name: "d", type: "symlink", linkname: "../victim" },
        { name: "d/file", content: "x" },
      ],
    },
    {
      when: "a directory's attributes are meant for what a link leads to",
      entries: [
        { name: "d", type: "symlink", linkname: "../victim" },
        { name: "d/", type: "directory", mode: 0o777, uid: 1000 },
      ],
    },
    {
      when: "a link's times and owner are meant for its target",
      entries: [{ name: "l", type: "symlink", linkname: "../victim/file", uid: 1000, mtime: new Date(1) }],
    },
  ];
  for (const { when, entries } of contained)
    it(`stays inside when ${when}`, async (t) => {
      const { root, top } = await place(t);
      await unpackLayer(once(await archive(entries)), top, []);
      isUntouched(root);
      assert.equal(lstatSync(join(root, "victim")).uid, 0);
    });

  const refused: { when: string; tar: () => Buffer | Promise<Buffer>; says: RegExp }[] = [
    { when: "it is no archive", tar: () => Buffer.alloc(2048, "no"), says: /checksum|malformed number/ },
    { when: "it ends early", tar: () => Buffer.concat([header({ size: "00000001000" })]), says: /middle of an entry/ },
    { when: "a size is huge", tar: () => header({ size: "77777777777" }), says: /middle of an entry/ },
    {
      when: "an extended header is huge",
      tar: () => header({ type: "x", size: "00100000000" }),
      says: /extended header of/,
    },
    { when: "a long name is huge", tar: () => header({ type: "L", size: "00100000000" }), says: /extended header of/ },
    {
      when: "an extended header is malformed",
      tar: () =>
        Buffer.concat([
          header({ type: "x", size: "00000000005" }),
          Buffer.from("99 a=".padEnd(512, "\0")),
          header({}),
          end,
        ]),
      says: /malformed extended header/,
    },
    {
      when: "an extended header names a negative size",
      tar: () =>
        Buffer.concat([
          header({ type: "x", size: "00000000013" }),
          Buffer.from("11 size=-1\n".padEnd(512, "\0")),
          header({}),
          end,
        ]),
      says: /extended header|sensible size/,
    },
    { when: "it has sparse files", tar: () => Buffer.concat([header({ type: "S" }), end]), says: /sparse files/ },
    {
      when: "a hard link leads to nothing",
      tar: () => archive([{ name: "a", type: "link", linkname: "../victim/file" }]),
      says: /hard link "a": "..\/victim\/file" is no file of this layer/,
    },
    {
      when: "a hard link leads to a directory",
      tar: () =>
        archive([
          { name: "d/", type: "directory" },
          { name: "a", type: "link", linkname: "d" },
        ]),
      says: /hard link "a"/,
    },
    {
      when: "links lead round and round",
      tar: () =>
        archive([
          { name: "a", type: "symlink", linkname: "b" },
          { name: "b", type: "symlink", linkname: "a" },
          { name: "a/x", content: "" },
        ]),
      says: /too many symbolic links/,
    },
    {
      when: "a path is too deep",
      tar: () => archive([{ name: `${"a/".repeat(300)}x`, content: "" }]),
      says: /300 directories/,
    },
    {
      when: "a file is below a file",
      tar: () =>
        archive([
          { name: "f", content: "1" },
          { name: "f/x", content: "" },
        ]),
      says: /not a directory/,
    },
    {
      when: "the root is a link",
      tar: () => archive([{ name: "./", type: "symlink", linkname: "/" }]),
      says: /its root is a symlink/,
    },
  ];
  for (const { when, tar, says } of refused)
    it(`is refused in words when ${when}`, async (t) => {
      const { root, top } = await place(t);
      await assert.rejects(
        unpackLayer(once(await tar()), top, []),
        (error) => error instanceof EngineError && says.test(error.message),
      );
      isUntouched(root);
    });

  it("that unfolds to far more than it is, is stopped at the limit", async (t) => {
    const { top } = await place(t);
    const bomb = gzipSync(Buffer.concat([header({ name: "zeros", size: "00400000000" }), Buffer.alloc(64 << 20)]), {
      level: 9,
    });
    assert.ok(bomb.length < 100_000);
    await assert.rejects(unpackLayer(once(bomb), top, [], { entries: 10, bytes: 1 << 20 }), { code: "too-large" });
    assert.ok(lstatSync(join(top, "zeros")).size <= 1 << 20);
  });

  it("of very many entries is stopped at the limit", async (t) => {
    const { top } = await place(t);
    const many = async function* () {
      for (;;) yield header({ name: "same" });
    };
    await assert.rejects(unpackLayer(many(), top, [], { entries: 5000, bytes: 1 << 30 }), /more than 5000 files/);
  });

  it("cannot forge what the overlay itself writes, but sets any other attribute, byte for byte", async (t) => {
    const { top } = await place(t);
    const record = (key: string, value: Buffer) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
      const length = rest.length + String(rest.length + 3).length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    };
    const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
    const records = Buffer.concat([
      record("SCHILY.xattr.trusted.overlay.opaque", Buffer.from("y")),
      record("SCHILY.xattr.security.capability", capability),
      record("SCHILY.xattr.trusted.bytes", Buffer.from([0xff, 0xfe, 0x0a])),
    ]);
    const size = records.length.toString(8).padStart(11, "0");
    const extended = Buffer.concat([
      header({ type: "x", size }),
      records,
      Buffer.alloc((512 - (records.length % 512)) % 512),
    ]);
    await unpackLayer(once(Buffer.concat([extended, header({ name: "f" }), end])), top, []);
    assert.equal(lgetxattr(join(top, "f"), "trusted.overlay.opaque"), undefined);
    assert.deepEqual(lgetxattr(join(top, "f"), "security.capability"), capability);
    assert.deepEqual(lgetxattr(join(top, "f"), "trusted.bytes"), Buffer.from([0xff, 0xfe, 0x0a]));
  });

  it("of any names, kinds and targets writes nothing outside", async (t) => {
    const { root, top } = await place(t);
    const part = fc.constantFrom("a", "b", "..", ".", "", "victim", "file", ".wh.a", ".wh.file", ".wh..wh..opq");
    const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
    const entry = fc.record({ name: path, type: fc.constantFrom("0", "1", "2", "5", "6", "g", "Z"), link: path });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
        await rm(top, { recursive: true, force: true });
        await mkdir(top);
        await refusedOrDone(Buffer.concat([...entries.map(header), end]), top);
        isUntouched(root);
      }),
      { numRuns: 150 },
    );
  });

  it("of damaged bytes is read or refused", async (t) => {
    const { root, top } = await place(t);
    const sound = await archive([
      { name: `${"long/".repeat(30)}name`, content: "x".repeat(600) },
      { name: "l", type: "symlink", linkname: "m" },
      { name: "d/", type: "directory" },
    ]);
    const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(sound.length), async (changes, length) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        await rm(top, { recursive: true, force: true });
        await mkdir(top);
        await refusedOrDone(bytes.subarray(0, length), top);
        isUntouched(root);
      }),
      { numRuns: 150 },
    );
    assert.equal(existsSync(top), true);
  });
});

async function refusedOrDone(tar: Buffer, top: string): Promise<void> {
  try {
    await unpackLayer(once(tar), top, []);
  } catch (error) {
    // The kernel refuses some names: too long, or of what is a directory.
    if (error instanceof Error && "syscall" in error) return;
    assert.ok(error instanceof EngineError, String(error));
  }
}
