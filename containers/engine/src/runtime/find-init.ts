import { accessSync, constants } from "node:fs";
import { isSystemError } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";

/** Where the init program is inside of a container. */
export const INIT = "/sbin/docker-init";

const DIRECTORIES = ["/usr/local/bin", "/usr/libexec/docker", "/usr/bin", "/usr/local/sbin", "/usr/sbin"];
/** Static ones first: they run in every image. */
const NAMES = ["docker-init", "tini-static", "catatonit", "tini"];

/** The host's init program for containers. Throws "unsupported" when none is installed. */
export function findInit(): string {
  const paths = NAMES.flatMap((name) => DIRECTORIES.map((directory) => `${directory}/${name}`));
  const found = paths.find(isExecutable);
  if (found === undefined)
    throw new EngineError("unsupported", "Cannot run with an init: none is installed (apt-get install tini)");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES")) return false;
    throw error;
  }
}
