/** Which images of a project are there. */
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import type { ObservedImage } from "../observe/observed.ts";

interface ImageInspect {
  readonly Id: string;
  readonly Config?: { readonly Volumes?: Readonly<Record<string, object>> | null } | null;
  readonly Metadata?: { readonly LastTagTime?: string };
}

/** Those of `names` that are there, by these names. */
export async function observeImages(
  client: DockerClient,
  names: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, ObservedImage>> {
  const found = await Promise.all(
    [...new Set(names)].map(async (name): Promise<[string, ObservedImage | undefined]> => {
      return [name, await observeImage(client, name, signal)];
    }),
  );
  return new Map(found.filter((entry): entry is [string, ObservedImage] => entry[1] !== undefined));
}

/** The image called `name`; undefined where there is none. */
export async function observeImage(
  client: DockerClient,
  name: string,
  signal: AbortSignal,
): Promise<ObservedImage | undefined> {
  try {
    const image = await client.json<ImageInspect>(`/images/${imagePath(name)}/json`, { signal });
    const taggedAt = Date.parse(image.Metadata?.LastTagTime ?? "") / 1000;
    return {
      id: image.Id,
      volumes: Object.keys(image.Config?.Volumes ?? {}),
      taggedAt: Number.isFinite(taggedAt) ? Math.max(taggedAt, 0) : 0,
    };
  } catch (error) {
    if (error instanceof DockerApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** A reference in a path of the API: its slashes and colons stand as they are. */
export function imagePath(name: string): string {
  return encodeURIComponent(name).replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%40/g, "@");
}
