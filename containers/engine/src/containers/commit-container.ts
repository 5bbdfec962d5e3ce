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
  return (await changesAndPlaces(snapshots, record)).changes;
}

async function changesAndPlaces(
  snapshots: Snapshots,
  { snapshot, spec }: ContainerRecord,
): Promise<{ readonly changes: FileChange[]; readonly places: ReadonlySet<string> }> {
  const targets = new Set([...FILES, ...(spec.mounts ?? []).map(({ target }) => target.slice(1))]);
  const all = await snapshots.changes(snapshot);
  const isPlace = ({ path, kind }: FileChange): boolean => kind === "added" && targets.has(path.slice(1));
  const places = new Set(all.filter(isPlace).map(({ path }) => path.slice(1)));
  return { changes: all.filter((change) => !isPlace(change)), places };
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
  const { changes, places } = await changesAndPlaces(snapshots, record);
  const changed = changes.length > 0;
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
