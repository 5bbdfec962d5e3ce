/** An archive of files that are held in memory, as `PUT /containers/{id}/archive` takes it (POSIX ustar). */

/** A file for a container. */
export interface InjectedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;

/** Packs the files, relative to the root. Throws for a path that is too long for the format. */
export function packFiles(files: readonly InjectedFile[]): Buffer {
  const blocks = files.flatMap((file) => [header(file), file.content, Buffer.alloc(padding(file.content.byteLength))]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function header({ path, content, mode, uid, gid }: InjectedFile): Buffer {
  const { prefix, name } = splitPath(path.replace(/^\/+/, ""));
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): number =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(name, 0, "utf8");
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(gid, 116, 8);
  octal(content.byteLength, 124, 12);
  octal(0, 136, 12);
  // The sum is taken with blanks in its own place.
  block.fill(" ", 148, 156);
  block.write("0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(prefix, 345, "utf8");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

/** A long path stands in two fields, parted at a slash. */
function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= NAME) return { prefix: "", name: path };
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= PREFIX && Buffer.byteLength(name) <= NAME) return { prefix, name };
  }
  throw new Error(`the path ${path} is too long for an archive`);
}
