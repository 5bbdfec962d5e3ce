import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { busyboxImage, throwawayEngine } from "../testing/index.ts";

describe("Snapshots", () => {
  it("commit a step's changes as a layer that the next step, and an image, stand on", async (t) => {
    const { engine } = await throwawayEngine(t);
    const base = await busyboxImage(engine);
    const parent = await engine.snapshots.unpack(base);
    await engine.snapshots.prepare("step-1", parent);
    const first = await engine.containers.create({
      root: { snapshot: "step-1" },
      args: ["/bin/sh", "-c", "echo made > /made; rm /etc/group"],
      network: "host",
    });
    const ended = engine.containers.wait(first.id, { condition: "next" });
    await engine.containers.start(first.id);
    assert.equal((await ended).code, 0);
    await engine.containers.remove(first.id);
    const { chainId, diffId, layer, empty } = await engine.snapshots.commit("step-1");
    assert.equal(empty, false);
    await engine.snapshots.prepare("step-2", chainId);
    const directory = await engine.snapshots.mount("step-2");
    assert.equal(readFileSync(join(directory, "made"), "utf8"), "made\n");
    assert.throws(() => readFileSync(join(directory, "etc/group")), { code: "ENOENT" });
    await engine.snapshots.remove("step-2");
    const config = {
      ...base.config,
      rootfs: { type: "layers" as const, diff_ids: [...base.config.rootfs.diff_ids, diffId] },
    };
    const image = await engine.images.put({ config, layers: [...base.layers, layer], name: "made:1" });
    assert.deepEqual(image.names, ["docker.io/library/made:1"]);
    assert.equal(await engine.snapshots.unpack(image), chainId);
  });

  it("commit nothing as nothing", async (t) => {
    const { engine } = await throwawayEngine(t);
    const parent = await engine.snapshots.unpack(await busyboxImage(engine));
    await engine.snapshots.prepare("same", parent);
    await engine.snapshots.mount("same");
    const { chainId, empty } = await engine.snapshots.commit("same");
    assert.deepEqual([chainId, empty], [parent, true]);
  });

  it("lose their layers when the last image that needs them is removed", async (t) => {
    const { engine } = await throwawayEngine(t);
    await engine.snapshots.prepare("new", "");
    writeFileSync(join(await engine.snapshots.mount("new"), "big"), Buffer.alloc(3_000_000, 7));
    const { diffId, layer, chainId } = await engine.snapshots.commit("new");
    const config = { os: "linux", architecture: "amd64", rootfs: { type: "layers" as const, diff_ids: [diffId] } };
    const image = await engine.images.put({ config, layers: [layer], name: "big" });
    await engine.images.remove("big");
    assert.equal(await engine.snapshots.has(chainId), false);
    assert.equal(await engine.content.has(layer.digest), false);
    assert.equal(await engine.images.get(image.id), undefined);
  });
});
