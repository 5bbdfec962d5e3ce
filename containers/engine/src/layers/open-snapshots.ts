import { chmod, chown, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { mountOverlay, readMounts, unmount } from "@skiff/linux";
import { mediaTypes } from "@skiff/registry";
import type { ContentStore, Descriptor } from "../content-store.ts";
import { readJson, writeDurably, writeUntilReboot } from "../durable-file.ts";
import { EngineError } from "../engine-error.ts";
import { KeyedMutex } from "../mutex.ts";
import type { Snapshot, Snapshots } from "../snapshots.ts";
import { chainIdOf, chainIdsOf } from "./chain-id.ts";
import { directoryUsage } from "./directory-usage.ts";
import type { LayerStore } from "./layer-store.ts";
import { listChanges } from "./list-changes.ts";
import { storeLayer } from "./store-layer.ts";
import type { Unpacker } from "./unpacker.ts";
import { writeLayer } from "./write-layer.ts";

const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface SnapshotsDeps {
  /** Directory of the writable parts. */
  readonly root: string;
  /** Directory of the mount points; emptied by a reboot. */
  readonly mounts: string;
  readonly content: ContentStore;
  readonly layers: LayerStore;
  readonly unpacker: Unpacker;
  /** Where a stored blob lies. */
  blobPath(digest: string): string;
}

export interface OpenSnapshots extends Snapshots {
  /** Chain ids that snapshots stand on. */
  chainsInUse(): ReadonlySet<string>;
}

/** Opens the snapshots below `root`, and drops those whose making was cut short. */
export async function openSnapshots(deps: SnapshotsDeps): Promise<OpenSnapshots> {
  const { root, mounts, content, layers } = deps;
  const snapshots = new Map<string, Snapshot>();
  /** What is mounted, with how its layers are shown; how an earlier engine showed them is unlike anything now. */
  const mounted = new Map<string, ((path: string) => string) | "before" | undefined>();
  const mutex = new KeyedMutex();
  await mkdir(root, { recursive: true });
  await mkdir(mounts, { recursive: true });
  for (const name of await readdir(root)) {
    const snapshot = await readJson<Snapshot>(join(root, name, "snapshot.json"));
    if (snapshot && (snapshot.parent === "" || layers.get(snapshot.parent))) snapshots.set(name, snapshot);
    else await rm(join(root, name), { recursive: true, force: true });
  }
  const earlier = new Map(readMounts().map(({ target, superOptions }) => [target, superOptions]));
  for (const key of await readdir(mounts)) {
    const target = join(mounts, key);
    const options = earlier.get(target);
    if (snapshots.has(key) && options)
      mounted.set(key, options.includes(`upperdir=${join(root, key, "fs")}`) ? undefined : "before");
    else await dropMount(target);
  }

  const require = (key: string): Snapshot => {
    const found = snapshots.get(key);
    if (!found) throw new EngineError("not-found", `Cannot find the snapshot ${key}`);
    return found;
  };

  const unmountKey = async (key: string): Promise<void> => {
    if (!mounted.delete(key)) return;
    await dropMount(join(mounts, key));
  };

  const remove = async (key: string): Promise<void> => {
    await unmountKey(key);
    snapshots.delete(key);
    await rm(join(root, key, "snapshot.json"), { force: true });
    await rm(join(root, key), { recursive: true, force: true });
  };

  return {
    chainsInUse: () => new Set([...snapshots.values()].map(({ parent }) => parent)),
    async has(chainId) {
      return chainId === "" || layers.get(chainId) !== undefined;
    },
    async unpack(image, progress, signal, ready) {
      const chain = chainIdsOf(image.config.rootfs.diff_ids);
      for (const [at, chainId] of chain.entries()) {
        if (layers.get(chainId)) continue;
        const descriptor = image.layers[at];
        const diffId = image.config.rootfs.diff_ids[at];
        if (!descriptor || diffId === undefined)
          throw new EngineError("invalid", `Cannot unpack ${image.id}: a layer is missing`);
        const parent = chain[at - 1] ?? "";
        await ready?.(descriptor.digest);
        await mutex.run(`layer ${chainId}`, async () => {
          signal?.throwIfAborted();
          if (layers.get(chainId)) return;
          progress?.(descriptor, "extracting");
          const { directory, fs } = await layers.begin();
          try {
            const lower = parent === "" ? [] : layers.directories(parent);
            const done = await deps.unpacker.unpack({ blob: deps.blobPath(descriptor.digest), top: fs, lower });
            if (done.diffId !== diffId)
              throw new EngineError(
                "invalid",
                `Cannot unpack layer ${descriptor.digest}: its content is ${done.diffId}, not ${diffId}`,
              );
            await layers.adopt(directory, { chainId, parent, diffId, bytes: done.bytes });
            progress?.(descriptor, "extracted");
          } catch (error) {
            await rm(directory, { recursive: true, force: true });
            throw error;
          }
        });
      }
      return chain.at(-1) ?? "";
    },
    prepare: (key, parent, { untilReboot = false } = {}) =>
      mutex.run(key, async () => {
        if (!KEY.test(key)) throw new EngineError("invalid", `Cannot make a snapshot named "${key}"`);
        if (snapshots.has(key)) throw new EngineError("conflict", `Cannot make the snapshot ${key}: it exists`);
        if (parent !== "") layers.directories(parent);
        const snapshot: Snapshot = { key, parent };
        snapshots.set(key, snapshot);
        try {
          await rm(join(root, key), { recursive: true, force: true });
          const fs = join(root, key, "fs");
          await mkdir(fs, { recursive: true });
          // The root directory of an overlay is the upper one, so it must look like the image's.
          const [below = root] = layers.directories(parent);
          const { mode, uid, gid } = await stat(below);
          await chown(fs, uid, gid);
          await chmod(fs, mode & 0o7777);
          await mkdir(join(root, key, "work"), { recursive: true });
          const path = join(root, key, "snapshot.json");
          if (untilReboot) writeUntilReboot(path, JSON.stringify(snapshot));
          else await writeDurably(path, JSON.stringify(snapshot));
        } catch (error) {
          await remove(key);
          throw error;
        }
        return snapshot;
      }),
    get: async (key) => snapshots.get(key),
    list: async () => [...snapshots.values()],
    mount: (key, o) =>
      mutex.run(key, async () => {
        const { parent } = require(key);
        const target = join(mounts, key);
        if (mounted.has(key) && (o === undefined || mounted.get(key) === o.shown)) return target;
        await unmountKey(key);
        await mkdir(target, { recursive: true });
        const shown = o?.shown ?? ((path: string) => path);
        const lower = layers.directories(parent).map(shown);
        mountOverlay({ lower, upper: shown(join(root, key, "fs")), work: shown(join(root, key, "work")), target });
        mounted.set(key, o?.shown);
        return target;
      }),
    unmount: (key) => mutex.run(key, () => unmountKey(key)),
    changes: async (key) => listChanges(join(root, key, "fs"), layers.directories(require(key).parent)),
    diff(key, omit) {
      require(key);
      return writeLayer(join(root, key, "fs"), { omit });
    },
    commit: (key) =>
      mutex.run(key, async () => {
        const { parent } = require(key);
        await unmountKey(key);
        const fs = join(root, key, "fs");
        const empty = (await readdir(fs)).length === 0;
        const { diffId, layer } = empty ? EMPTY : await storeLayer(content, writeLayer(fs));
        if (empty) {
          await remove(key);
          return { chainId: parent, diffId, layer, empty };
        }
        const chainId = chainIdOf(parent, diffId);
        const { bytes } = await directoryUsage(fs);
        const { directory, fs: target } = await layers.begin();
        await rm(target, { recursive: true });
        await rename(fs, target);
        await layers.adopt(directory, { chainId, parent, diffId, bytes });
        await remove(key);
        return { chainId, diffId, layer, empty };
      }),
    remove: (key) => mutex.run(key, () => remove(key)),
    usage: (key) => {
      require(key);
      return directoryUsage(join(root, key, "fs"));
    },
  };
}

const EMPTY = {
  diffId: "",
  layer: { mediaType: mediaTypes.OCI_LAYER_GZIP, digest: "", size: 0 } satisfies Descriptor,
};

async function dropMount(target: string): Promise<void> {
  while (unmount(target));
  await rm(target, { recursive: true, force: true });
}
