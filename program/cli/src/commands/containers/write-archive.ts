/** An archive that goes to a file or to standard output. */
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { VerbFailure } from "./verb.ts";

/** Writes what `open` gives. A file is there only when it is whole. Throws VerbFailure rather than fill a terminal with it. */
export async function writeArchive(
  file: string | undefined,
  what: string,
  open: () => Promise<Readable>,
): Promise<void> {
  if (file === undefined || file === "") {
    if (process.stdout.isTTY)
      throw new VerbFailure(`cowardly refusing to ${what} to a terminal. Use the -o flag or redirect`);
    await pipeline(await open(), process.stdout, { end: false });
    return;
  }
  if (!(await isDirectory(dirname(file))))
    throw new VerbFailure(
      `failed to ${what} ${what === "save" ? "image" : "container"}: invalid output path: stat ${dirname(file)}: no such file or directory`,
    );
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}`);
  const source = await open();
  try {
    await pipeline(source, createWriteStream(unfinished, { flags: "wx", mode: 0o600 }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return false;
    throw error;
  }
}
