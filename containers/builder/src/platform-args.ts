/** Build arguments that are always there (Dockerfile reference, "Automatic platform ARGs in the global scope"). */
import type { Platform } from "@skiff/registry";

/** TARGETPLATFORM and its kin; builds are for the platform they run on. */
export function platformArgs({ os, architecture, variant }: Platform): Record<string, string> {
  const one = {
    OS: os,
    ARCH: architecture,
    VARIANT: variant ?? "",
    PLATFORM: variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`,
  };
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, value]) => [
      [`TARGET${name}`, value],
      [`BUILD${name}`, value],
    ]),
  );
}
