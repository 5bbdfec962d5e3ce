import { statfs } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type * as cri from "../generated/cri.ts";
import type { Image, ImageStore, RegistryAuth } from "../image-store.ts";
import type { Snapshots } from "../snapshots.ts";
import { answer, nanoseconds } from "./answer.ts";

export interface ImageServiceDeps {
  readonly root: string;
  readonly images: ImageStore;
  readonly snapshots: Snapshots;
}

/** The CRI ImageService over the engine's images. */
export function createImageService({ root, images, snapshots }: ImageServiceDeps): cri.ImageService {
  const listImages: cri.ImageService["listImages"] = ({ filter }) =>
    answer(async () => {
      const wanted = filter?.image?.image;
      if (wanted === undefined || wanted === "") return { images: merge(await images.list()).map(toCri) };
      const found = await images.get(wanted);
      return { images: found ? [toCri(found)] : [] };
    });
  return {
    listImages,
    async *streamImages(request) {
      yield await listImages({ filter: request.filter });
    },
    imageStatus: ({ image, verbose }) =>
      answer(async () => {
        const found = await images.get(image?.image ?? "");
        const info: Record<string, string> = {};
        if (found && verbose) info.info = JSON.stringify({ imageSpec: found.config });
        return { image: found && toCri(found), info };
      }),
    pullImage: ({ image, auth }, signal) =>
      answer(async () => {
        const pulled = await images.pull(image?.image ?? "", { auth: authOf(auth), signal });
        // Unpacked now, so that the first container does not wait for it.
        await snapshots.unpack(pulled, undefined, signal);
        return { imageRef: pulled.id };
      }),
    removeImage: ({ image }) =>
      answer(async () => {
        const reference = image?.image ?? "";
        const found = await images.get(reference);
        // CRI removes the image with all its names; one that is gone is no error.
        if (found) await images.remove(found.id, { force: true });
        return {};
      }),
    imageFsInfo: () =>
      answer(async () => {
        const { blocks, bavail, bsize, files, ffree } = await statfs(root);
        const usage: cri.FilesystemUsage = {
          timestamp: nanoseconds(Date.now()),
          fsId: { mountpoint: root },
          usedBytes: { value: (blocks - bavail) * bsize },
          inodesUsed: { value: files - ffree },
        };
        return { imageFilesystems: [usage], containerFilesystems: [usage] };
      }),
  };
}

// The same configuration under two manifests is one image to CRI.
function merge(all: readonly Image[]): Image[] {
  const byId = new Map<string, Image>();
  for (const image of all) {
    const known = byId.get(image.id);
    byId.set(image.id, known ? { ...known, names: [...known.names, ...image.names] } : image);
  }
  return [...byId.values()];
}

function toCri({ id, names, manifest, size, config }: Image): cri.Image {
  const tags = names.filter((name) => !name.includes("@"));
  const repositories = new Set(tags.map((name) => name.slice(0, name.lastIndexOf(":"))));
  const user = config.config?.User?.split(":")[0] ?? "";
  const isNumber = /^\d+$/.test(user);
  return {
    id,
    repoTags: tags,
    repoDigests: [
      ...new Set([
        ...names.filter((name) => name.includes("@")),
        ...[...repositories].map((name) => `${name}@${manifest.digest}`),
      ]),
    ],
    size,
    uid: isNumber || user === "" ? { value: Number(user) } : undefined,
    username: isNumber ? "" : user,
    pinned: false,
    spec: { image: id, annotations: {} },
  };
}

function authOf(auth: cri.AuthConfig | undefined): RegistryAuth | undefined {
  if (auth === undefined || isDeepStrictEqual(auth, {})) return undefined;
  const [username, password] = auth.auth
    ? Buffer.from(auth.auth, "base64").toString().split(/:(.*)/s)
    : [auth.username, auth.password];
  return {
    username,
    password,
    identityToken: auth.identityToken || undefined,
    registryToken: auth.registryToken || undefined,
  };
}
