/** Whether an image is for the platform that a container is wanted on. */
import type { Image } from "@skiff/engine";
import { hostPlatform, parsePlatform } from "@skiff/registry";
import { DockerError } from "../http/docker-error.ts";

/** Gives a warning for an image of another platform than the machine's. Throws 404, at which clients pull, where it is not the `wanted` one. */
export function checkPlatform({ config }: Image, name: string, wanted: string): string[] {
  const { os = "linux", architecture, variant } = config;
  const shown = [os, architecture, ...(variant ? [variant] : [])].join("/");
  const host = hostPlatform();
  if (wanted === "") {
    if (architecture === host.architecture) return [];
    return [
      `The requested image's platform (${shown}) does not match the detected host platform (${host.os}/${host.architecture}) and no specific platform was requested`,
    ];
  }
  const platform = parsePlatform(wanted);
  const differs =
    platform.os !== os ||
    platform.architecture !== architecture ||
    (platform.variant !== undefined && variant !== undefined && platform.variant !== variant);
  if (differs)
    throw new DockerError(
      404,
      `image with reference ${name} was found but its platform (${shown}) does not match the specified platform (${wanted})`,
    );
  return [];
}
