/** Fills an empty volume with what the image has in its place, as `docker run -v name:/path` does. */
import { spawn } from "node:child_process";
import { closeSync, constants, readdirSync } from "node:fs";
import { isSystemError, openInRoot } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";

/**
 * Copies what is below `path` in the root file system `rootfs` into `directory`, owners, modes and attributes included. Does nothing when
 * the directory holds something, or when the image has no directory there.
 */
export async function copyUp(rootfs: string, path: string, directory: string): Promise<void> {
  if (readdirSync(directory).length > 0) return;
  let source: number;
  try {
    source = openInRoot(rootfs, path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return;
    throw error;
  }
  try {
    await copy(source, directory);
  } finally {
    closeSync(source);
  }
}

// From a descriptor: nobody who changes the source's path meanwhile can lead the copy elsewhere.
function copy(source: number, target: string): Promise<void> {
  const child = spawn("cp", ["-a", "/proc/self/fd/3/.", target], { stdio: ["ignore", "ignore", "pipe", source] });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new EngineError("internal", `Cannot copy the image's files into the volume: ${complaint.trim()}`));
    });
  });
}
