/** Telling an archive of images from the tar of a root file system. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

const BLOCK = 512;
/** `docker save` writes the first, an OCI layout has the other two. */
const MARKS = ["manifest.json", "index.json", "oci-layout"];

/** Whether a tar, plain or compressed, has an image archive's table of contents at its top. */
export async function isImageArchive(path: string): Promise<boolean> {
  const file = createReadStream(path);
  const decoder = await decoderFor(path);
  const content = decoder === undefined ? file : pipeline(file, decoder, () => undefined);
  for await (const name of namesIn(content)) if (MARKS.includes(name.replace(/^\.\//, ""))) return true;
  return false;
}

async function decoderFor(path: string) {
  const file = await open(path);
  try {
    const magic = Buffer.alloc(4);
    await file.read(magic, 0, 4, 0);
    if (magic.readUInt16BE(0) === 0x1f8b) return createGunzip();
    return magic.readUInt32BE(0) === 0x28b52ffd ? createZstdDecompress() : undefined;
  } finally {
    await file.close();
  }
}

// Only names and sizes of plain headers matter: the marks are short, and other kinds of entries are skipped like files.
async function* namesIn(content: Readable): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let skip = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (skip >= chunk.length) {
      skip -= chunk.length;
      continue;
    }
    rest = Buffer.concat([rest, chunk.subarray(skip)]);
    skip = 0;
    while (rest.length >= BLOCK) {
      const size = Number.parseInt(rest.toString("latin1", 124, 136), 8) || 0;
      const name = rest.toString("latin1", 0, 100).split("\0", 1)[0] ?? "";
      if (name !== "") yield name;
      const whole = BLOCK + Math.ceil(size / BLOCK) * BLOCK;
      skip = Math.max(whole - rest.length, 0);
      rest = rest.subarray(whole);
    }
  }
}
