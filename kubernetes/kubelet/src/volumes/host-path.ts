import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { HostPathVolumeSource } from "@skiff/api/core/v1";

const CHECKS = {
  Directory: ["isDirectory", "a directory"],
  File: ["isFile", "a file"],
  Socket: ["isSocket", "a socket file"],
  CharDevice: ["isCharacterDevice", "a character device"],
  BlockDevice: ["isBlockDevice", "a block device"],
} as const;

/** Makes sure that the path is what its type says, creating it where the type says so. Answers the path. */
export async function prepareHostPath({ path, type = "" }: HostPathVolumeSource): Promise<string> {
  if (type === "") return path;
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!found && type === "DirectoryOrCreate") await mkdir(path, { recursive: true, mode: 0o755 });
  else if (!found && type === "FileOrCreate") {
    await mkdir(dirname(path), { recursive: true });
    await (await open(path, "a", 0o644)).close();
  } else if (!found) throw failed(path, CHECKS[type as keyof typeof CHECKS]?.[1] ?? type);
  if (!found) return path;
  const base = type.replace("OrCreate", "") as keyof typeof CHECKS;
  const [test, noun] = CHECKS[base] ?? [];
  if (!test) throw new Error(`hostPath type check failed: unknown type ${type}`);
  if (!found[test]()) throw failed(path, noun);
  return path;
}

function failed(path: string, noun: string): Error {
  return new Error(`hostPath type check failed: ${path} is not ${noun}`);
}
