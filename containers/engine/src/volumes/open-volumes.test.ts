import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { isMountpoint } from "@skiff/linux";
import { openVolumes } from "./open-volumes.ts";

function aRoot(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "skiff-volumes-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const nobody = () => [];

describe("openVolumes()", () => {
  it("finds again what was made, content included", async (t) => {
    const root = aRoot(t);
    const made = await (await openVolumes(root, nobody)).create({ name: "data", labels: { a: "b" } });
    writeFileSync(join(made.mountpoint, "file"), "kept");
    const again = await openVolumes(root, nobody);
    assert.deepEqual(await again.get("data"), made);
    assert.ok(existsSync(join(made.mountpoint, "file")));
  });

  it("gives the volume there is when it is made a second time, and refuses other options", async (t) => {
    const volumes = await openVolumes(aRoot(t), nobody);
    const first = await volumes.create({ name: "data" });
    assert.deepEqual(await volumes.create({ name: "data", labels: { late: "" } }), first);
    const options = { type: "tmpfs", device: "tmpfs" };
    await assert.rejects(volumes.create({ name: "data", options }), { code: "conflict" });
  });

  it("makes up a name for a volume without one, which is then anonymous", async (t) => {
    const { name, anonymous } = await (await openVolumes(aRoot(t), nobody)).create({});
    assert.match(name, /^[0-9a-f]{64}$/);
    assert.equal(anonymous, true);
  });

  it("keeps a volume that a container has", async (t) => {
    const volumes = await openVolumes(aRoot(t), () => ["c1"]);
    const { mountpoint } = await volumes.create({ name: "data" });
    await assert.rejects(volumes.remove("data"), { code: "conflict", message: "remove data: volume is in use - [c1]" });
    assert.ok(existsSync(mountpoint));
  });

  it("mounts what the options say, and unmounts it before it deletes", async (t) => {
    const root = aRoot(t);
    const kept = mkdtempSync(join(tmpdir(), "skiff-kept-"));
    t.after(() => rmSync(kept, { recursive: true }));
    writeFileSync(join(kept, "file"), "kept");
    const volumes = await openVolumes(root, nobody);
    await volumes.create({ name: "bound", options: { type: "none", o: "bind", device: kept } });
    const target = await volumes.mount("bound");
    assert.ok(existsSync(join(target, "file")));
    await volumes.remove("bound");
    assert.equal(isMountpoint(target), false);
    assert.ok(existsSync(join(kept, "file")));
  });

  const wrong = [
    { when: "the name climbs out", spec: { name: "../x" }, message: /includes invalid characters/ },
    {
      when: "an option is unknown",
      spec: { name: "a1", options: { colour: "red" } },
      message: /invalid option: "colour"/,
    },
    {
      when: "a type has no device",
      spec: { name: "a1", options: { type: "nfs" } },
      message: /missing required option: "device"/,
    },
  ];
  for (const { when, spec, message } of wrong) {
    it(`refuses a volume when ${when}`, async (t) => {
      await assert.rejects((await openVolumes(aRoot(t), nobody)).create(spec), { code: "invalid", message });
    });
  }
});
