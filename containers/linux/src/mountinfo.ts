import { readFileSync } from "node:fs";

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface MountEntry {
  readonly id: number;
  readonly parent: number;
  readonly root: string;
  readonly target: string;
  readonly options: readonly string[];
  readonly type: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** Reads mountinfo text. Octal escapes in paths are undone. */
export function parseMountinfo(text: string): MountEntry[] {
  return text.split("\n").flatMap((line) => {
    const [left, right] = line.split(" - ");
    const [id, parent, , root, target, options] = left?.split(" ") ?? [];
    const [type, source, superOptions] = right?.split(" ") ?? [];
    if (!id || !parent || !root || !target || !type) return [];
    return {
      id: Number(id),
      parent: Number(parent),
      root: unescapeOctal(root),
      target: unescapeOctal(target),
      options: options?.split(",") ?? [],
      type,
      source: unescapeOctal(source ?? ""),
      superOptions: superOptions?.split(",") ?? [],
    };
  });
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** What is mounted in this process's mount namespace, oldest first. */
export function readMounts(): MountEntry[] {
  return parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Whether something is mounted on that very path. */
export function isMountpoint(path: string, mounts: readonly MountEntry[] = readMounts()): boolean {
  return mounts.some(({ target }) => target === path);
}

/** Mount points at or below `directory`, innermost first: the order to unmount them in. */
export function mountsBelow(directory: string, mounts: readonly MountEntry[] = readMounts()): string[] {
  return mounts
    .map(({ target }) => target)
    .filter((target) => target === directory || target.startsWith(`${directory}/`))
    .reverse();
}
