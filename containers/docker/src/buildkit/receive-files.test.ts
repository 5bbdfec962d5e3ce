import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type FilePacket, type FileStat, goMode, packet } from "./file-packet.ts";
import type { GrpcStream } from "./grpc-client.ts";
import { receiveFiles } from "./receive-files.ts";
import { sendFiles } from "./send-files.ts";

const stat = (path: string, more: Partial<FileStat> = {}): FilePacket => ({
  type: packet.stat,
  stat: { path, mode: 0o644, uid: 0, gid: 0, size: 0, modTime: 0, linkname: "", ...more },
});
const directory = (path: string) => stat(path, { mode: goMode.directory + 0o755 });
const link = (path: string, linkname: string) => stat(path, { mode: goMode.symlink + 0o777, linkname });
const endOfList: FilePacket = { type: packet.stat };

/** Both ends of a stream of packets. */
function streams(): [GrpcStream<FilePacket, FilePacket>, GrpcStream<FilePacket, FilePacket>] {
  const buffered = () => new TransformStream<FilePacket>({}, { highWaterMark: 100 }, { highWaterMark: 100 });
  const [there, back] = [buffered(), buffered()];
  const end = (
    out: TransformStream<FilePacket>,
    into: TransformStream<FilePacket>,
  ): GrpcStream<FilePacket, FilePacket> => {
    const writer = out.writable.getWriter();
    return {
      send: (message) => writer.write(message),
      end: () => void writer.close(),
      cancel: () => void writer.abort(new Error("cancelled")).catch(() => undefined),
      [Symbol.asyncIterator]: () => into.readable[Symbol.asyncIterator](),
    };
  };
  return [end(there, back), end(back, there)];
}

/** A stream on which somebody sends these packets, whatever is asked. */
function saying(packets: readonly FilePacket[]): GrpcStream<FilePacket, FilePacket> {
  return {
    send: async () => undefined,
    end: () => undefined,
    cancel: () => undefined,
    async *[Symbol.asyncIterator]() {
      yield* packets;
    },
  };
}

function scratch(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "skiff-receive-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  mkdirSync(join(path, "root"));
  return path;
}

describe("receiveFiles()", () => {
  for (const { when, packets, says } of [
    { when: "a path leads upwards", packets: [stat("../outside")], says: /no path in a directory/ },
    { when: "a path leads upwards within", packets: [directory("a"), stat("a/../../outside")], says: /no path/ },
    { when: "a path begins at the root", packets: [stat("/outside")], says: /no path in a directory/ },
    { when: "a path ends in nothing", packets: [directory("a/")], says: /no path in a directory/ },
    { when: "a file lies below a link", packets: [link("a", ".."), stat("a/outside")], says: /without its directory/ },
    { when: "a link's place is taken by a directory", packets: [link("a", ".."), directory("a")], says: /comes twice/ },
    { when: "a directory never came", packets: [stat("a/b")], says: /without its directory/ },
    {
      when: "a hard link leads to what was not sent",
      packets: [stat("a", { linkname: "../outside" }), endOfList],
      says: /link to nothing that was sent/,
    },
    { when: "contents come that nobody asked for", packets: [{ type: packet.data, id: 7 }], says: /not asked for/ },
    {
      when: "the list is longer than it may be",
      packets: ["a", "b", "c", "d"].map((path) => stat(path)),
      says: /more than 3/,
    },
    {
      when: "there are more bytes than there may be",
      packets: [stat("a"), { type: packet.data, id: 0, data: new Uint8Array(11) }],
      says: /more than 10 bytes/,
    },
    { when: "the client fails", packets: [{ type: packet.failure, data: Buffer.from("gone") }], says: /sender: gone/ },
    { when: "the client ends early", packets: [stat("a")], says: /before all files were there/ },
  ]) {
    it(`writes nothing outside and fails when ${when}`, async (t) => {
      const path = scratch(t);
      await assert.rejects(receiveFiles(saying(packets), join(path, "root"), { entries: 3, bytes: 10 }), says);
      assert.ok(!existsSync(join(path, "outside")));
    });
  }

  it("fills a directory with what sendFiles() sends", async (t) => {
    const path = scratch(t);
    const source = join(path, "source");
    await mkdir(join(source, "a/b"), { recursive: true });
    await writeFile(join(source, "a/b/large"), Buffer.alloc(100_000, "x"), { mode: 0o755 });
    await writeFile(join(source, "a.txt"), "");
    await symlink("../elsewhere", join(source, "a/link"));
    await utimes(join(source, "a/b"), 1, 1);
    const [near, far] = streams();
    const told: number[] = [];
    await Promise.all([
      sendFiles(near, source),
      receiveFiles(far, join(path, "root"), { progress: (bytes) => told.push(bytes) }),
    ]);
    const root = join(path, "root");
    assert.equal(readFileSync(join(root, "a/b/large")).length, 100_000);
    assert.equal(lstatSync(join(root, "a/b/large")).mode & 0o777, 0o755);
    assert.equal(readFileSync(join(root, "a.txt"), "utf8"), "");
    assert.ok(lstatSync(join(root, "a/link")).isSymbolicLink());
    assert.equal(lstatSync(join(root, "a/b")).mtimeMs, 1000);
    assert.equal(told.at(-1), 100_000);
  });

  it("makes hard links of what was sent as such", async (t) => {
    const path = scratch(t);
    const packets = [
      stat("a"),
      { type: packet.data, id: 0, data: Buffer.from("same") },
      stat("b", { linkname: "a" }),
      endOfList,
      { type: packet.data, id: 0 },
      { type: packet.finish },
    ];
    await receiveFiles(saying(packets), join(path, "root"));
    assert.equal(lstatSync(join(path, "root/b")).ino, lstatSync(join(path, "root/a")).ino);
  });
});
