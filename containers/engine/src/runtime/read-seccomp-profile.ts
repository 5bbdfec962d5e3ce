import { open } from "node:fs/promises";
import { isSystemError } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import { parseSeccompProfile } from "./seccomp-profile.ts";

const MAX_PROFILE = 1 << 20;

/** The seccomp profile in a file of this machine. Throws "invalid" for a file that is not there, or is none. */
export async function readSeccompProfile(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > MAX_PROFILE)
      throw new EngineError("invalid", `Cannot load the seccomp profile ${path}: larger than ${MAX_PROFILE} bytes`);
    return parseSeccompProfile(await file.readFile("utf8"));
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTDIR", "EACCES", "EISDIR")) throw error;
    throw new EngineError("invalid", `Cannot load the seccomp profile ${path}: ${error.message}`, { cause: error });
  }
}
