/** `--cache-from` and `--cache-to`: the step cache to and from other places, as an image in a registry or an OCI layout in a directory. */
import { createHash } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, EngineError, type Image, type RegistryAuth } from "@skiff/engine";
import type { Report } from "./build-event.ts";
import { packContext } from "./context/pack-context.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { extractTar } from "./rootfs/extract-tar.ts";

/** Where a cache is: an image reference, or a directory on this machine. */
export type CachePlace =
  | { readonly type: "registry"; readonly ref: string; readonly auth?: RegistryAuth | undefined }
  | { readonly type: "local"; readonly directory: string };

/** Caches that were found. */
export interface LoadedCaches {
  readonly images: readonly Image[];
  /** Names that stand among the images for this build alone. */
  readonly fetched: ReadonlySet<string>;
}

const LOCAL = "skiff.local/build-cache";

interface Transfer {
  readonly engine: Pick<Engine, "images">;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The name under which a cache stands among the images while it travels. */
export function cacheName(place: CachePlace): string {
  if (place.type === "registry") return place.ref;
  return `${LOCAL}:${createHash("sha256").update(place.directory).digest("hex").slice(0, 32)}`;
}

/** Fetches caches. One that cannot be had is reported and passed over: a build goes on without. */
export async function loadCaches(
  { engine, report, signal }: Transfer,
  places: readonly CachePlace[],
): Promise<LoadedCaches> {
  const images: Image[] = [];
  const fetched = new Set<string>();
  for (const place of places) {
    const name = cacheName(place);
    try {
      if (place.type === "registry") {
        const stored = await engine.images.get(name);
        images.push(stored ?? (await engine.images.pull(name, { auth: place.auth, signal })));
        if (stored === undefined) fetched.add(name);
      } else {
        await stat(join(place.directory, "index.json"));
        const archive = packContext(place.directory, { keep: [] });
        for (const image of await engine.images.importArchive(archive, { name, signal })) {
          images.push(image);
          for (const own of image.names) if (own.startsWith(LOCAL)) fetched.add(own);
        }
      }
    } catch (error) {
      const isExpected = error instanceof EngineError || (error instanceof Error && "code" in error);
      if (!isExpected) throw error;
      const where = place.type === "registry" ? place.ref : place.directory;
      report({ type: "message", text: `Cannot import the cache ${where}: ${error.message}` });
    }
  }
  return { images, fetched };
}

/** Takes the cache that stands under the place's name there. Throws DockerfileError for a directory that holds something else. */
export async function saveCache({ engine, report, signal }: Transfer, place: CachePlace): Promise<void> {
  const name = cacheName(place);
  if (place.type === "registry") {
    await engine.images.push(name, { auth: place.auth, signal });
    report({ type: "message", text: `Exported the cache to ${place.ref}` });
    return;
  }
  const { directory } = place;
  await mkdir(directory, { recursive: true });
  // An older cache gives way; whatever else the directory holds stays.
  if (await isLayout(directory)) await rm(join(directory, "blobs"), { recursive: true, force: true });
  try {
    await extractTar(await engine.images.exportArchive([name]), directory, "/");
  } catch (error) {
    throw new DockerfileError(`cannot export the cache to ${directory}: ${String(error)}`, undefined, { cause: error });
  }
  report({ type: "message", text: `Exported the cache to ${directory}` });
}

async function isLayout(directory: string): Promise<boolean> {
  try {
    return (await stat(join(directory, "oci-layout"))).isFile();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
