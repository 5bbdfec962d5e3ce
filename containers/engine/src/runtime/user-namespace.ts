/** Which ids of this machine the ids of containers stand for, where they do not stand for themselves. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { type IdMap, type IdRange, isSystemError, mountIdMapped, unmount } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";

/** Ids for the containers of one engine. */
export interface UserNamespace {
  readonly ids: IdMap;
  /** Where a path in one of the engine's directories shows what is root's on the disk as root's of the containers. */
  shown(path: string): string;
}

/** Text of the files that ranges of ids are given out in. */
export interface SubordinateIds {
  readonly passwd: string;
  readonly group: string;
  readonly subuid: string;
  readonly subgid: string;
}

/** The user whose ranges "default" stands for, as dockerd has it. */
const DEFAULT_USER = "dockremap";
const FIRST_FREE = 100_000;
const RANGE = 65_536;

/** The directories of an engine that hold files of containers. */
const DIRECTORIES = ["l", "s", "volumes", "containers"];

/**
 * The ids that "default", "user", "uid", "user:group" or "uid:gid" stands for: the first ranges that /etc/subuid and /etc/subgid have for
 * them. For "default" ids that nobody has will do. Throws "invalid" where there are none.
 */
export function parseUserNamespace(text: string, files: SubordinateIds): IdMap {
  const [user = "", group = user] = (text === "default" ? DEFAULT_USER : text).split(":");
  const uid = rangeOf(user, files.passwd, files.subuid) ?? (text === "default" ? freeRange(files.subuid) : undefined);
  const gid = rangeOf(group, files.group, files.subgid) ?? (text === "default" ? freeRange(files.subgid) : undefined);
  const refuse = (what: string, file: string): never => {
    throw new EngineError("invalid", `Cannot use the user namespace of ${text}: no ${what} in ${file}`);
  };
  return {
    uid: uid ?? refuse(`subuid ranges found for user ${JSON.stringify(user)}`, "/etc/subuid"),
    gid: gid ?? refuse(`subgid ranges found for group ${JSON.stringify(group)}`, "/etc/subgid"),
  };
}

/** The range of who is given by name or id: the file may have either. */
function rangeOf(who: string, database: string, ranges: string): IdRange | undefined {
  const known = fieldsOf(database).find(([name, , id]) => name === who || id === who);
  const names = [who, ...(known ? [known[0], known[2]] : [])];
  const found = fieldsOf(ranges).find(([name]) => names.includes(name ?? ""));
  return found && { start: Number(found[1]), size: Number(found[2]) };
}

function freeRange(ranges: string): IdRange {
  const ends = fieldsOf(ranges).map(([, start, size]) => Number(start) + Number(size));
  return { start: Math.max(FIRST_FREE, ...ends), size: RANGE };
}

function fieldsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) => line.trim().split(":"));
}

/** Has what is below `root` shown with the ids of `text`, below `runDir`. */
export async function openUserNamespace(o: {
  readonly text: string;
  readonly root: string;
  readonly runDir: string;
}): Promise<UserNamespace> {
  const [passwd = "", group = "", subuid = "", subgid = ""] = ["passwd", "group", "subuid", "subgid"].map(readEtc);
  const ids = parseUserNamespace(o.text, { passwd, group, subuid, subgid });
  const shownAt = join(o.runDir, "i");
  const mounts = DIRECTORIES.map((name) => ({ source: join(o.root, name), target: join(shownAt, name) }));
  for (const { source, target } of mounts) {
    while (unmount(target));
    await mkdir(source, { recursive: true });
    await mkdir(target, { recursive: true });
  }
  try {
    await mountIdMapped(mounts, ids);
  } catch (error) {
    if (!isSystemError(error, "EINVAL", "ENOSYS", "EPERM")) throw error;
    throw new EngineError(
      "unsupported",
      `Cannot use user namespaces: the kernel, or the file system of ${o.root}, has no id-mapped mounts (Linux 5.19 has): ${error.message}`,
      { cause: error },
    );
  }
  return {
    ids,
    shown(path) {
      const inside = relative(o.root, path);
      return DIRECTORIES.some((name) => inside.startsWith(`${name}/`)) ? join(shownAt, inside) : path;
    },
  };
}

function readEtc(name: string): string {
  try {
    return readFileSync(join("/etc", name), "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "";
    throw error;
  }
}
