/**
 * Writes the files of a configuration volume so that a reader sees all of the old ones or all of the new ones:
 *
 *   ..2026_11_22_07_08.xyz/   the files themselves
 *   ..data -> ..2026_…        swapped by one rename
 *   app.conf -> ..data/app.conf
 */
import {
  chmod,
  lchown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Payload } from "./payload.ts";

const DATA = "..data";

/**
 * Makes `directory`, which must exist, show exactly `payload`. Answers whether anything changed. Files belong to `group`
 * when given, which then may read them. Not to be called twice at once for one directory.
 */
export async function writeAtomically(directory: string, payload: Payload, group?: number): Promise<boolean> {
  const old = await linkTarget(join(directory, DATA));
  if (old !== undefined && (await shows(join(directory, old), payload, group))) {
    await linkNames(directory, payload);
    return false;
  }
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, "_");
  const fresh = await mkdtemp(join(directory, `..${stamp}.`));
  await chmod(fresh, 0o755);
  for (const [path, { data, mode }] of payload) {
    const file = join(fresh, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, data, { mode: 0o600 });
    if (group !== undefined) await lchown(file, -1, group);
    await chmod(file, withGroup(mode, group));
  }
  const swap = join(directory, "..data_tmp");
  await rm(swap, { force: true });
  await symlink(fresh.slice(directory.length + 1), swap);
  await rename(swap, join(directory, DATA));
  await linkNames(directory, payload);
  if (old !== undefined) await rm(join(directory, old), { recursive: true, force: true });
  return true;
}

function withGroup(mode: number, group: number | undefined): number {
  return group === undefined ? mode : mode | 0o440;
}

async function shows(directory: string, payload: Payload, group: number | undefined): Promise<boolean> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true }).catch(absent);
  if (!files) return false;
  const paths = files
    .filter((entry) => entry.isFile())
    .map((e) => join(e.parentPath, e.name).slice(directory.length + 1));
  if (paths.length !== payload.size) return false;
  for (const path of paths) {
    const wanted = payload.get(path);
    if (!wanted) return false;
    const file = join(directory, path);
    if (((await stat(file)).mode & 0o777) !== withGroup(wanted.mode, group)) return false;
    if (!(await readFile(file)).equals(wanted.data)) return false;
  }
  return true;
}

/** One link per first segment; links to what the payload no longer has go. */
async function linkNames(directory: string, payload: Payload): Promise<void> {
  const names = new Set([...payload.keys()].map((path) => path.split("/", 1)[0] ?? path));
  for (const existing of await readdir(directory)) {
    if (existing.startsWith("..")) continue;
    if (!names.delete(existing)) await rm(join(directory, existing), { recursive: true, force: true });
  }
  for (const name of names) await symlink(join(DATA, name), join(directory, name));
}

async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch(absent);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
