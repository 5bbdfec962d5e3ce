/** `--chown`: users and groups by name or number, looked up in the files of an image. */
import { readFile } from "node:fs/promises";
import { resolveInRoot } from "./resolve-in-root.ts";

/** Reads "user", "user:group", "1000", "1000:1000". A user without a group has its own number as the group. */
export async function findOwner(root: string, text: string): Promise<{ uid: number; gid: number }> {
  const [user = "", group = ""] = text.split(":", 2);
  const uid = await idOf(root, "/etc/passwd", user, "user");
  return { uid, gid: group === "" ? uid : await idOf(root, "/etc/group", group, "group") };
}

async function idOf(root: string, path: string, name: string, kind: string): Promise<number> {
  if (/^\d{1,10}$/.test(name)) return Number(name);
  for (const line of (await read(root, path)).split("\n")) {
    const [found, , id] = line.split(":");
    if (found === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  throw new Error(`unable to find ${kind} ${name}: no matching entries in ${path}`);
}

async function read(root: string, path: string): Promise<string> {
  try {
    return await readFile(await resolveInRoot(root, path), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
