/** What an image holds, read from the archive that `docker save` writes: nothing of a container or of an engine is in it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { type ExtractEvents, extract, type Header } from "tar-stream";

const MAX_TEXT = 64 * 1024;
const XATTR = "SCHILY.xattr.";

/** A file of an image, of any kind. */
export interface ImageFile {
  /** As tar names it; a hard link is of its file's kind. */
  readonly kind: Header["type"];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly size: number;
  /** SHA-256 of a file's content, and the content itself where it is short. */
  readonly digest?: string;
  readonly text?: string;
  /** Of a symbolic link. */
  readonly target?: string;
  /** "major:minor" of a device. */
  readonly device?: string;
  /** By name, in hexadecimal. */
  readonly xattrs: Readonly<Record<string, string>>;
}

/** An image without its history and the bounds of its layers. */
export interface ImageContents {
  /** By path, directories with a slash at the end; hard links share one object. The root itself is left out: not every archive has it. */
  readonly files: ReadonlyMap<string, ImageFile>;
  /** What containers of it start with. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly author: string | undefined;
  readonly platform: string;
}

type Entry = ExtractEvents["entry"][1];

interface LayerEntry {
  readonly path: string;
  /** The file, or the path of the earlier one that this is another name of. */
  readonly file: ImageFile | string;
}

/** Reads an archive with one image. */
export async function readImageArchive(archive: string): Promise<ImageContents> {
  const directory = mkdtempSync(join(tmpdir(), "skiff-image-"));
  try {
    execFileSync("tar", ["-xf", archive, "-C", directory]);
    const read = (path: string) => JSON.parse(readFileSync(join(directory, path), "utf8"));
    const [{ Config, Layers }]: [{ Config: string; Layers: string[] }] = read("manifest.json");
    const { config, author, os, architecture } = read(Config);
    const files = new Map<string, ImageFile>();
    for (const layer of Layers) applyLayer(files, await readLayer(join(directory, layer)));
    return { files, config, author: author || undefined, platform: `${os}/${architecture}` };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function readLayer(path: string): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = [];
  const archive = extract();
  const source = createReadStream(path);
  const tar = (await isGzip(path)) ? source.pipe(createGunzip()) : source;
  tar.on("error", (error) => archive.destroy(error)).pipe(archive);
  for await (const entry of archive) {
    const path = pathOf(entry.header.name);
    const isLink = entry.header.type === "link";
    const file = isLink ? pathOf(entry.header.linkname) : await fileOf(entry);
    entry.resume();
    entries.push({ path: entry.header.type === "directory" ? `${path}/` : path, file });
  }
  return entries.filter(({ path }) => path !== "/");
}

async function isGzip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 1 })) return chunk[0] === 0x1f && chunk[1] === 0x8b;
  return false;
}

const pathOf = (name: string): string => name.replace(/^(?:\.?\/)+|^\.$/, "").replace(/\/$/, "");

async function fileOf(entry: Entry): Promise<ImageFile> {
  const { type: kind, mode, uid, gid, mtime, size, linkname, devmajor, devminor, pax } = entry.header;
  const attributes = Object.entries((pax ?? {}) as Record<string, string>).filter(([key]) => key.startsWith(XATTR));
  return {
    ...{ kind, mode: mode & 0o7777, uid, gid, size, modified: Math.floor(mtime.getTime() / 1000) },
    ...(kind === "file" ? await contentOf(entry, size) : {}),
    ...(kind === "symlink" ? { target: linkname } : {}),
    ...(/device/.test(kind) ? { device: `${devmajor}:${devminor}` } : {}),
    xattrs: Object.fromEntries(
      attributes.map(([key, value]) => [key.slice(XATTR.length), Buffer.from(value).toString("hex")]),
    ),
  };
}

async function contentOf(entry: Entry, size: number): Promise<{ digest: string; text?: string }> {
  const hash = createHash("sha256");
  const chunks: Buffer[] = [];
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (size <= MAX_TEXT) chunks.push(chunk);
  }
  return { digest: hash.digest("hex"), ...(size <= MAX_TEXT ? { text: Buffer.concat(chunks).toString("utf8") } : {}) };
}

/** Lays a layer over `files` (OCI image specification, "Applying Changesets"). */
function applyLayer(files: Map<string, ImageFile>, entries: readonly LayerEntry[]): void {
  for (const { path } of entries) {
    const [, directory = "", hidden] = /^(.*\/)?\.wh\.([^/]+)$/.exec(path) ?? [];
    if (hidden === ".wh..opq") removeBelow(files, directory);
    else if (hidden !== undefined) remove(files, directory + hidden);
  }
  for (const { path, file } of entries) {
    if (/(?:^|\/)\.wh\.[^/]+$/.test(path)) continue;
    const made = typeof file === "string" ? files.get(file) : file;
    if (made === undefined) throw new Error(`${path} links to ${file}, which is not there`);
    if (made.kind === "directory") files.delete(path.slice(0, -1));
    else removeBelow(files, `${path}/`);
    files.delete(`${path}/`);
    files.set(path, made);
  }
}

function remove(files: Map<string, ImageFile>, path: string): void {
  files.delete(path);
  files.delete(`${path}/`);
  removeBelow(files, `${path}/`);
}

function removeBelow(files: Map<string, ImageFile>, directory: string): void {
  for (const path of files.keys()) if (path.startsWith(directory) && path !== directory) files.delete(path);
}
