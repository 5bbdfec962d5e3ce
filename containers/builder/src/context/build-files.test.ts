import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readContextFile } from "./build-files.ts";

describe("a file of a context", () => {
  it("is one of the context's own, whatever links and names say", async (t) => {
    const home = mkdtempSync(join(tmpdir(), "skiff-build-files-"));
    t.after(() => rmSync(home, { recursive: true }));
    const context = join(home, "context");
    mkdirSync(context);
    writeFileSync(join(home, "secret"), "outside");
    writeFileSync(join(context, "real"), "inside");
    symlinkSync("/real", join(context, "absolute"));
    symlinkSync("../secret", join(context, "upwards"));
    symlinkSync(join(home, "secret"), join(context, "outside"));
    assert.equal(await readContextFile(context, "absolute"), "inside");
    for (const name of ["upwards", "outside", "../secret", join(home, "secret")])
      await assert.rejects(readContextFile(context, name), { code: "ENOENT" }, name);
  });

  it("has a bound, and is not waited for", async (t) => {
    const context = mkdtempSync(join(tmpdir(), "skiff-build-files-"));
    t.after(() => rmSync(context, { recursive: true }));
    writeFileSync(join(context, "large"), "");
    truncateSync(join(context, "large"), 5 * 1024 * 1024);
    execFileSync("mkfifo", [join(context, "fifo")]);
    await assert.rejects(readContextFile(context, "large"), /large is larger than 4194304 bytes/);
    assert.equal(await readContextFile(context, "fifo"), "");
  });
});
