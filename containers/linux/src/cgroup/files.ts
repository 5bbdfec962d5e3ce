/** Reading and writing the files of a cgroup tree. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../libc.ts";

/** The file's text, or undefined when the file or its cgroup is not there. */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    // ENODEV: the cgroup went away while it was read. EOPNOTSUPP: threaded cgroups have no such file.
    if (isSystemError(error, "ENOENT", "ENODEV", "EOPNOTSUPP")) return undefined;
    throw error;
  }
}

/** "key value" lines as a map. */
export function readKeyed(path: string): ReadonlyMap<string, number> {
  const lines = readOptional(path)?.split("\n") ?? [];
  return new Map(
    lines.map((line) => {
      const [key = "", value = "0"] = line.split(" ");
      return [key, Number(value)];
    }),
  );
}

export function writeCgroupFile(directory: string, file: string, value: string | number): void {
  writeFileSync(join(directory, file), String(value));
}

/** Directories at or below `directory`, deepest first; none when it is not there. */
export function treeOf(directory: string): string[] {
  return [...childrenOf(directory).flatMap((name) => treeOf(join(directory, name))), directory];
}

export function childrenOf(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

export function makeDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
}

/** Removes a tree of cgroups. False when one of them is in use. */
export function removeTree(directory: string): boolean {
  for (const path of treeOf(directory)) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (isSystemError(error, "EBUSY")) return false;
      if (!isSystemError(error, "ENOENT")) throw error;
    }
  }
  return true;
}

/** Process ids in `file` of every cgroup of the tree. */
export function processesIn(directory: string): number[] {
  return treeOf(directory).flatMap((path) =>
    (readOptional(join(path, "cgroup.procs")) ?? "").split("\n").filter(Boolean).map(Number),
  );
}
