import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { packFiles } from "./tar-file.ts";

describe("packFiles()", () => {
  it("is read by tar as what it was made from", () => {
    const long = `/srv/${"directory/".repeat(16)}file`;
    const archive = packFiles([
      { path: "/run/secrets/key", content: Buffer.from("s3cret"), mode: 0o440, uid: 33, gid: 44 },
      { path: "/etc/empty", content: Buffer.alloc(0), mode: 0o644, uid: 0, gid: 0 },
      { path: long, content: Buffer.alloc(512, "x"), mode: 0o755, uid: 0, gid: 0 },
    ]);
    const listed = execFileSync("tar", ["--numeric-owner", "-tvf", "-"], { input: archive, encoding: "utf8" });
    assert.deepEqual(
      listed
        .trim()
        .split("\n")
        .map((line) => line.replace(/ +\d{4}-\d{2}-\d{2} \d{2}:\d{2} /, " ").replace(/ +/g, " ")),
      ["-r--r----- 33/44 6 run/secrets/key", "-rw-r--r-- 0/0 0 etc/empty", `-rwxr-xr-x 0/0 512 ${long.slice(1)}`],
    );
    const content = execFileSync("tar", ["-xOf", "-", "run/secrets/key"], { input: archive, encoding: "utf8" });
    assert.equal(content, "s3cret");
  });

  it("refuses a path that no header can hold", () => {
    const file = { path: `/${"x".repeat(101)}`, content: Buffer.alloc(0), mode: 0o644, uid: 0, gid: 0 };
    assert.throws(() => packFiles([file]), /is too long for an archive/);
  });
});
