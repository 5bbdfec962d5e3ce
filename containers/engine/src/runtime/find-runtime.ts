import { existsSync } from "node:fs";
import { EngineError } from "../engine-error.ts";

const DIRECTORIES = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The OCI runtime's absolute path, which conmon insists on. Throws "unavailable" when it is not installed. */
export function findRuntime(): string {
  const found = DIRECTORIES.map((directory) => `${directory}/runc`).find((path) => existsSync(path));
  if (found === undefined)
    throw new EngineError("unavailable", "Cannot run containers: runc is not installed (apt-get install runc)");
  return found;
}
