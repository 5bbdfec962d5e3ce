import { closeSync, fstatSync, readFileSync } from "node:fs";
import { isSystemError, openInRoot } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";

const MAX_FILE = 4 * 1024 * 1024;
const MAX_ID = 2 ** 31 - 1;

/** Who a process runs as, in numbers. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Home directory by /etc/passwd; "/" when it says nothing. */
  readonly home: string;
}

/** The user database of an image: the text of its /etc/passwd and /etc/group. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

/** Reads the user database below a root directory, without following links out of it. */
export function readUserFiles(root: string): UserFiles {
  return { passwd: readInRoot(root, "etc/passwd"), group: readInRoot(root, "etc/group") };
}

/**
 * Makes numbers of "user", "uid", "user:group" or "uid:gid" ("" is root). A name must be in the image's files; a number need not be. A user
 * given without a group gets the groups the files give it. `extra` groups are added.
 */
export function resolveUser(text: string, files: UserFiles, extra: readonly (number | string)[] = []): ProcessUser {
  const [userText = "", groupText] = text.split(":", 2);
  const users = parseLines(files.passwd);
  const groups = parseLines(files.group);
  const added = extra.map((group) => {
    const found = groups.find(([name]) => name === String(group));
    return found ? Number(found[2]) : idOf(String(group), "group", "group");
  });
  const wanted = userText === "" ? "0" : userText;
  const user = users.find(([name]) => name === wanted) ?? users.find(([, , uid]) => uid === wanted);
  const uid = user ? Number(user[2]) : idOf(wanted, "user", "passwd");
  const home = user?.[5] || "/";
  if (groupText) {
    const group = groups.find(([name]) => name === groupText);
    const gid = group ? Number(group[2]) : idOf(groupText, "group", "group");
    return { uid, gid, groups: [...new Set([gid, ...added])], home };
  }
  const name = user?.[0];
  const member = groups
    .filter(([, , , members]) => name && members?.split(",").includes(name))
    .map(([, , gid]) => Number(gid));
  const gid = user ? Number(user[3]) : 0;
  return { uid, gid, groups: [...new Set([gid, ...member, ...added])].filter(Number.isInteger), home };
}

function idOf(text: string, what: string, file: string): number {
  if (!/^\d+$/.test(text))
    throw new EngineError("invalid", `unable to find ${what} ${text}: no matching entries in ${file} file`);
  const id = Number(text);
  if (id > MAX_ID) throw new EngineError("invalid", `uids and gids must be in range 0-${MAX_ID}`);
  return id;
}

function parseLines(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

function readInRoot(root: string, path: string): string {
  let fd: number;
  try {
    fd = openInRoot(root, path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return "";
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > MAX_FILE)
      throw new EngineError("invalid", `Cannot read /${path} of the image: not a small file`);
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}
