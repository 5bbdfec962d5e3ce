/** A build context as a tar stream. */
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { readIgnoreFile } from "./build-files.ts";
import type { IgnorePatterns } from "./ignore-patterns.ts";

/** What goes along whatever `.dockerignore` says, and what is added. */
export interface PackOptions {
  readonly keep: readonly string[];
  /** Path of the Dockerfile: a list of what to leave out that bears its name comes before the context's. */
  readonly dockerfile?: string | undefined;
  readonly extra?: { readonly name: string; readonly text: Buffer } | undefined;
}

/** Packs a directory. Owners are left out: in a build everything belongs to root. A failure ends the stream with its error. */
export function packContext(
  root: string,
  { keep, dockerfile = "Dockerfile", extra }: PackOptions,
): AsyncIterable<Uint8Array> {
  const archive = pack();
  const fill = async () => {
    const ignore = await readIgnoreFile({ context: root, dockerfile });
    if (extra !== undefined) await entry(archive, { name: extra.name, mode: 0o644 }, extra.text);
    await addDirectory(
      archive,
      root,
      "",
      (path) =>
        !keep.includes(path) &&
        path !== ".dockerignore" &&
        path !== `${dockerfile}.dockerignore` &&
        ignore?.ignores(path) === true,
      ignore,
    );
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return archive as AsyncIterable<Uint8Array>;
}

async function addDirectory(
  archive: Pack,
  root: string,
  path: string,
  ignores: (path: string) => boolean,
  ignore: IgnorePatterns | undefined,
): Promise<void> {
  for (const item of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const name = path === "" ? item.name : `${path}/${item.name}`;
    const left = ignores(name);
    if (left && !(item.isDirectory() && ignore?.hasExceptions)) continue;
    const absolute = join(root, name);
    const stats = lstatSync(absolute);
    const header = { name, mode: stats.mode & 0o7777, mtime: stats.mtime, uid: 0, gid: 0 };
    if (stats.isDirectory()) {
      if (!left) await entry(archive, { ...header, name: `${name}/`, type: "directory" });
      await addDirectory(archive, root, name, ignores, ignore);
    } else if (stats.isSymbolicLink()) {
      await entry(archive, { ...header, type: "symlink", linkname: readlinkSync(absolute) });
    } else if (stats.isFile()) {
      await addFile(archive, header, absolute, stats);
    }
  }
}

/** Files up to this size are read in one call. */
const SMALL = 256 * 1024;

type Header = Parameters<Pack["entry"]>[0];

function entry(archive: Pack, header: Header, content: Buffer | string = ""): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

// At most the size of the header is read: a file that grows meanwhile must not break the archive.
async function addFile(archive: Pack, header: Header, path: string, { size }: Stats): Promise<void> {
  if (size < SMALL) {
    const content = readFileSync(path);
    return entry(archive, { ...header, size: content.byteLength }, content);
  }
  const done = Promise.withResolvers<void>();
  const sink = archive.entry({ ...header, size }, (error) => (error ? done.reject(error) : done.resolve()));
  await Promise.all([
    pipeline(createReadStream(path, { end: size - 1 }), sink as unknown as NodeJS.WritableStream),
    done.promise,
  ]);
}
