import { DockerError } from "../http/docker-error.ts";

/** Throws 404 for a driver that is not the one there is. */
export function checkDriver(name: string | undefined): void {
  if (name === undefined || name === "" || name === "local") return;
  throw new DockerError(404, `error looking up volume plugin ${name}: plugin "${name}" not found`);
}
