/** Choosing the manifest for a machine out of an index. */
import type { Descriptor, Index, Platform } from "./descriptor.ts";
import { RegistryError } from "./errors.ts";

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", arm: "arm", arm64: "arm64" };
const ALIASES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", i386: "386", armhf: "arm" };

/** The platform of the machine this runs on. */
export function hostPlatform(): Platform {
  return { os: "linux", architecture: ARCHITECTURES[process.arch] ?? process.arch };
}

/** Reads `linux/arm64/v8`, `linux/amd64` or `arm64`. Throws INVALID_REFERENCE for anything else. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw new RegistryError("INVALID_REFERENCE", `invalid platform: ${JSON.stringify(text)}`);
  }
  const [first = "", second, variant] = parts;
  const os = second === undefined ? "linux" : first;
  const architecture = second ?? first;
  return { os, architecture: ALIASES[architecture] ?? architecture, variant };
}

/**
 * The descriptor in the index that suits `wanted` best: same system and processor, and the same variant where one was
 * asked for. Throws MANIFEST_UNKNOWN that lists what the index has; `what` names the image in it.
 */
export function selectPlatform(index: Index, wanted: Platform, what: string): Descriptor {
  const candidates = index.manifests.filter(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  );
  const exact = candidates.find(({ platform }) => wanted.variant === undefined || platform?.variant === wanted.variant);
  const found =
    exact ?? (wanted.variant === undefined ? undefined : candidates.find((c) => c.platform?.variant === undefined));
  if (found) return found;
  const available = index.manifests.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : [])).join(", ");
  throw new RegistryError(
    "MANIFEST_UNKNOWN",
    `no matching manifest for ${formatPlatform(wanted)} in the manifest list entries of ${what} (it has: ${available})`,
  );
}

function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
