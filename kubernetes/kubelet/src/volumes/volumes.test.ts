import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { ConfigMap, Volume } from "@skiff/api/core/v1";
import { aNode, aPod, noMounts } from "../testing/index.ts";
import { writeAtomically } from "./atomic-writer.ts";
import { prepareHostPath } from "./host-path.ts";
import type { Mounter } from "./mounter.ts";
import { configMapPayload, secretPayload } from "./payload.ts";
import { podDirectories } from "./pod-directories.ts";
import { PodVolumes } from "./pod-volumes.ts";
import { bindSubPath } from "./sub-path.ts";

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "volumes-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const files = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, { data: Buffer.from(text), mode: 0o644 }]));

describe("writeAtomically()", () => {
  it("shows files through one link that is swapped", async (t) => {
    const path = await directory(t);
    assert.equal(await writeAtomically(path, files({ a: "1", "dir/b": "2" })), true);
    assert.equal(await readFile(join(path, "dir/b"), "utf8"), "2");
    assert.equal(await readlink(join(path, "a")), "..data/a");
    const before = await readlink(join(path, "..data"));
    assert.equal(await writeAtomically(path, files({ a: "one" })), true);
    assert.notEqual(await readlink(join(path, "..data")), before);
    assert.deepEqual(
      (await readdir(path)).filter((name) => !name.startsWith("..")),
      ["a"],
    );
    assert.equal((await readdir(path)).length, 3, "the old files are gone");
  });

  it("leaves what is up to date alone", async (t) => {
    const path = await directory(t);
    await writeAtomically(path, files({ a: "1" }));
    assert.equal(await writeAtomically(path, files({ a: "1" })), false);
  });

  it("keeps modes and lets a group read", async (t) => {
    const path = await directory(t);
    await writeAtomically(path, new Map([["key", { data: Buffer.from("k"), mode: 0o600 }]]), 2000);
    const info = await stat(join(path, "key"));
    assert.deepEqual([info.mode & 0o777, info.gid], [0o640, 2000]);
  });
});

describe("configMapPayload()", () => {
  const map: ConfigMap = { metadata: { name: "m" }, data: { a: "1" }, binaryData: { b: "AQI=" } };

  it("has a file for every key", () => {
    const payload = configMapPayload(map, {}, 0o644);
    assert.deepEqual([...payload.keys()], ["a", "b"]);
    assert.deepEqual([...(payload.get("b")?.data ?? [])], [1, 2]);
  });

  it("has only the items, at their paths", () => {
    const payload = configMapPayload(map, { items: [{ key: "a", path: "x/y", mode: 0o400 }] }, 0o644);
    assert.deepEqual(
      [...payload].map(([path, { mode }]) => [path, mode]),
      [["x/y", 0o400]],
    );
  });

  for (const path of ["../x", "/x", "..x", "a/../../b", ""]) {
    it(`refuses the path ${JSON.stringify(path)}`, () => {
      assert.throws(() => configMapPayload(map, { items: [{ key: "a", path }] }, 0o644), /invalid path/);
    });
  }

  it("names the key that is missing", () => {
    const items = [{ key: "none", path: "p" }];
    assert.throws(() => configMapPayload(map, { items }, 0o644), {
      message: "configmap references non-existent config key: none",
    });
    assert.throws(() => secretPayload(undefined, { items }, 0o644), {
      message: "references non-existent secret key: none",
    });
    assert.equal(configMapPayload(map, { items, optional: true }, 0o644).size, 0);
  });
});

describe("prepareHostPath()", () => {
  it("creates what the type allows and refuses what is something else", async (t) => {
    const path = await directory(t);
    const made = join(path, "made");
    await prepareHostPath({ path: made, type: "DirectoryOrCreate" });
    assert.ok((await stat(made)).isDirectory());
    const message = `hostPath type check failed: ${made} is not a file`;
    await assert.rejects(prepareHostPath({ path: made, type: "File" }), { message });
    const absent = { message: `hostPath type check failed: ${path}/no is not a directory` };
    await assert.rejects(prepareHostPath({ path: join(path, "no"), type: "Directory" }), absent);
  });
});

describe("bindSubPath()", () => {
  it("binds what the path means inside the volume, whatever links say", async (t) => {
    const path = await directory(t);
    const volume = join(path, "volume");
    await mkdir(join(volume, "etc"), { recursive: true });
    await writeFile(join(volume, "etc/passwd"), "inside");
    await symlink("/etc", join(volume, "link"));
    const bound: string[] = [];
    const mounter: Mounter = { ...noMounts, bind: (source) => void bound.push(readlinkSync(source)) };
    await bindSubPath(mounter, volume, "link/passwd", join(path, "target"));
    await bindSubPath(mounter, volume, "new/deep", join(path, "other"));
    assert.deepEqual(bound, [join(volume, "etc/passwd"), join(volume, "new/deep")]);
    await assert.rejects(bindSubPath(mounter, volume, "../x", join(path, "t")), /must stay in its volume/);
  });
});

describe("PodVolumes", () => {
  async function volumes(t: TestContext, list: readonly Volume[], maps: Map<string, ConfigMap>) {
    const { context } = await aNode(t);
    const pod = aPod({ volumes: list });
    let tell = () => {};
    const directories = podDirectories(context.root, pod);
    const made = new PodVolumes({
      ...context,
      directories,
      facts: () => ({ pod, nodeName: "node-a", hostIPs: [], podIPs: ["10.0.0.1"], allocatable: {} }),
      config: {
        configMap: async (_, name) => maps.get(name),
        secret: async () => undefined,
        watch: (_, __, ___, changed) => {
          tell = changed;
          return () => {};
        },
      },
    });
    t.after(() => made.unmount());
    return { made, directories, changed: () => tell() };
  }

  it("says which volume cannot be mounted and why", async (t) => {
    const { made } = await volumes(t, [{ name: "v", configMap: { name: "none" } }], new Map());
    const message = 'MountVolume.SetUp failed for volume "v" : configmap "none" not found';
    await assert.rejects(made.mount(), { message });
    const claim = { name: "c", persistentVolumeClaim: { claimName: "data" } };
    const { made: other } = await volumes(t, [claim], new Map());
    await assert.rejects(other.mount(), /volume "c" : persistentvolumeclaim "data" not found/);
  });

  it("follows a ConfigMap that changes, and leaves nothing when unmounted", async (t) => {
    const map = (text: string): ConfigMap => ({ metadata: { name: "m" }, data: { a: text } });
    const maps = new Map([["m", map("1")]]);
    const { made, directories, changed } = await volumes(t, [{ name: "v", configMap: { name: "m" } }], maps);
    await made.mount();
    const file = join(made.hostPath("v") ?? "", "a");
    assert.equal(await readFile(file, "utf8"), "1");
    maps.set("m", map("2"));
    changed();
    while ((await readFile(file, "utf8")) !== "2") await new Promise((resolve) => setImmediate(resolve));
    await made.unmount();
    await assert.rejects(stat(directories.root), { code: "ENOENT" });
  });
});
