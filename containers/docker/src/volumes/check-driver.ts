import { DockerError } from "../http/docker-error.ts";

/** Throws 404 for a driver that is not the one there is, of a volume that is to be made. */
export function checkDriver(name: string | undefined, volume = ""): void {
  if (name === undefined || name === "" || name === "local") return;
  throw new DockerError(404, `create ${volume}: error looking up volume plugin ${name}: plugin "${name}" not found`);
}
