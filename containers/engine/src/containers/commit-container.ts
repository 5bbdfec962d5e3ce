/** An image of a container's files: those of its image, and one layer of what it changed. */
import { arch } from "node:os";
import type { ContentStore } from "../content-store.ts";
import type { Image, ImageStore, OciHistory, OciProcessConfig } from "../image-store.ts";
import { storeLayer } from "../layers/store-layer.ts";
import type { FileChange, Snapshots } from "../snapshots.ts";
import type { ContainerRecord } from "./record.ts";

/** Where the runtime mounts the engine's files, for which it makes places. */
const FILES = ["etc/resolv.conf", "etc/hostname", "etc/hosts"];

/** What a container has changed, without the places that were made for its mounts. */
export async function ownChanges(snapshots: Snapshots, record: ContainerRecord): Promise<FileChange[]> {
  const places = await mountPlaces(snapshots, record);
  return (await snapshots.changes(record.snapshot)).filter(({ path }) => !places.has(path.slice(1)));
}

async function mountPlaces(snapshots: Snapshots, { snapshot, spec }: ContainerRecord): Promise<Set<string>> {
  const targets = new Set([...FILES, ...(spec.mounts ?? []).map(({ target }) => target.slice(1))]);
  const added = (await snapshots.changes(snapshot)).filter(({ kind }) => kind === "added");
  return new Set(added.map(({ path }) => path.slice(1)).filter((path) => targets.has(path)));
}

/** Commits. The container must not write meanwhile, or the image has some of what it writes. */
export async function commitContainer(
  { images, snapshots, content }: { images: ImageStore; snapshots: Snapshots; content: ContentStore },
  record: ContainerRecord,
  o: {
    readonly name?: string | undefined;
    readonly config: OciProcessConfig;
    readonly author?: string | undefined;
    readonly comment?: string | undefined;
  },
): Promise<Image> {
  const base = "image" in record.spec.root ? await images.get(record.imageId) : undefined;
  const changed = (await ownChanges(snapshots, record)).length > 0;
  const places = await mountPlaces(snapshots, record);
  const added = changed ? [await storeLayer(content, snapshots.diff(record.snapshot, places))] : [];
  const created = new Date().toISOString();
  const history: OciHistory = {
    created,
    created_by: record.command.join(" "),
    ...(o.author ? { author: o.author } : {}),
    ...(o.comment ? { comment: o.comment } : {}),
    ...(changed ? {} : { empty_layer: true }),
  };
  return images.put({
    config: {
      os: base?.config.os ?? "linux",
      architecture: base?.config.architecture ?? { x64: "amd64", arm64: "arm64" }[arch() as string] ?? arch(),
      ...(base?.config.variant ? { variant: base.config.variant } : {}),
      created,
      ...(o.author ? { author: o.author } : {}),
      config: o.config,
      rootfs: {
        type: "layers",
        diff_ids: [...(base?.config.rootfs.diff_ids ?? []), ...added.map(({ diffId }) => diffId)],
      },
      history: [...(base?.config.history ?? []), history],
    },
    layers: [...(base?.layers ?? []), ...added.map(({ layer }) => layer)],
    name: o.name,
  });
}
