/** An image's files as a tar. */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { treeEntries } from "./tree-entries.ts";

/** Packs everything below `root`, owners and modes kept. A failure ends the stream with its error. */
export function packTree(root: string): AsyncIterable<Uint8Array> {
  const archive = pack();
  const fill = async () => {
    for (const { path, absolute, stats, linkname } of treeEntries(root)) {
      const header = { name: path, mode: stats.mode & 0o7777, mtime: stats.mtime, uid: stats.uid, gid: stats.gid };
      if (stats.isFile()) {
        const entry = archive.entry({ ...header, size: stats.size });
        await pipeline(createReadStream(absolute), entry as unknown as NodeJS.WritableStream);
      } else if (stats.isDirectory()) archive.entry({ ...header, name: `${path}/`, type: "directory" });
      else if (stats.isSymbolicLink()) archive.entry({ ...header, type: "symlink", linkname });
      else if (stats.isFIFO()) archive.entry({ ...header, type: "fifo" });
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return archive as AsyncIterable<Uint8Array>;
}
