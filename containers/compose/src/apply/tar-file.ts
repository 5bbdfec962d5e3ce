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

/** Packs the files, relative to the root. Throws for a path that is too long for the format. */
export function packFiles(files: readonly InjectedFile[]): Buffer {
  const blocks = files.flatMap((file) => [header(file), file.content, Buffer.alloc(padding(file.content.byteLength))]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function header({ path, content, mode, uid, gid }: InjectedFile): Buffer {
  const name = path.replace(/^\/+/, "");
  if (Buffer.byteLength(name) > NAME) throw new Error(`the path ${path} is longer than ${NAME} bytes`);
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
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}
