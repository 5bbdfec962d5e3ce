/** Base images from the machine's own packages, for where no registry can be reached. */
import type { Engine, Image } from "@skiff/engine";
import { parseReference } from "@skiff/registry";
import { busyboxImage } from "./busybox.ts";
import { debianImage } from "./debian.ts";

/** What making an image takes. */
export interface BaseImageDeps {
  readonly images: Pick<Engine["images"], "importRootfs">;
  /** Told in plain words what is being done. */
  readonly report: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Label that says how an image was made. */
export const ORIGIN_LABEL = "io.skiff.origin";

const DEBIAN_TAGS = ["bookworm-slim", "bookworm", "12", "12-slim", "stable", "stable-slim"];

/**
 * Makes the image under the name it has on Docker Hub: `debian` (bookworm) by mmdebstrap from the machine's Debian mirror,
 * `busybox` from the machine's busybox-static. Undefined for any other. Rejects where the tool is missing or fails.
 */
export async function makeBaseImage(deps: BaseImageDeps, name: string): Promise<Image | undefined> {
  const { registry, repository, tag = "", digest } = parseReference(name);
  if (registry !== "docker.io" || digest !== undefined) return undefined;
  if (repository === "library/debian" && DEBIAN_TAGS.includes(tag)) return debianImage(deps, name);
  if (repository === "library/busybox") return busyboxImage(deps, name);
  return undefined;
}
