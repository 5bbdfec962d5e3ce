import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { resolveInRoot } from "./resolve-in-root.ts";

describe("resolveInRoot()", () => {
  let root = "";
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "skiff-root-"));
    await mkdir(join(root, "run/deep"), { recursive: true });
    await mkdir(join(root, "var"));
    await writeFile(join(root, "run/file"), "");
    await symlink("/run", join(root, "var/run"));
    await symlink("../../../../etc/passwd", join(root, "run/out"));
    await symlink("loop", join(root, "loop"));
  });
  after(() => rm(root, { recursive: true }));

  const table = [
    { when: "the path is plain", path: "/run/file", want: "run/file" },
    { when: "the path climbs above the root", path: "../../run/file", want: "run/file" },
    { when: "an absolute link is on the way", path: "/var/run/file", want: "run/file" },
    { when: "a link climbs above the root", path: "/run/out", want: "etc/passwd" },
    { when: "nothing is there", path: "/run/none/x", want: "run/none/x" },
    { when: "dots follow a link", path: "/var/run/../x", want: "x" },
  ];
  for (const { when, path, want } of table) {
    it(`stays inside when ${when}`, async () => assert.equal(await resolveInRoot(root, path), join(root, want)));
  }

  it("leaves a link at the end alone when asked to", async () => {
    assert.equal(await resolveInRoot(root, "/var/run", { followLast: false }), join(root, "var/run"));
  });

  it("refuses links in a circle", () => assert.rejects(resolveInRoot(root, "/loop/x"), /too many levels/));
});
