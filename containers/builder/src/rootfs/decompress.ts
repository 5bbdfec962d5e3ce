/** Archives as people have them: plain, or compressed with what tar knows. */
import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { pipeline as joined, Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

const BLOCK = 512;

/** The archive without its compression (gzip, zstd; bzip2 and xz where the machine has these programs). */
export async function decompressed(source: AsyncIterable<Uint8Array>): Promise<Readable> {
  const iterator = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  let ended = false;
  while (start.byteLength < 6 && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else start = Buffer.concat([start, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield start;
    if (!ended) yield* { [Symbol.asyncIterator]: () => iterator };
  }
  const plain = Readable.from(whole(), { objectMode: false });
  switch (compressionOf(start)) {
    case "gzip":
      return through(plain, createGunzip());
    case "zstd":
      return through(plain, createZstdDecompress());
    case "bzip2":
      return Readable.from(filtered(plain, "bzip2", ["-dc"]), { objectMode: false });
    case "xz":
      return Readable.from(filtered(plain, "xz", ["-dc", "--memlimit-decompress=512MiB"]), { objectMode: false });
    default:
      return plain;
  }
}

function through(source: Readable, transform: Transform): Readable {
  // A failure of the source destroys `transform`, whose reader is told; one who stops reading early is told nothing.
  joined(source, transform, () => undefined);
  return transform;
}

/** Whether a file is a tar archive, compressed or not: judged by the checksum of its first header. */
export async function isArchive(path: string): Promise<boolean> {
  const file = await open(path);
  const source = file.createReadStream();
  try {
    let start = Buffer.alloc(0);
    for await (const chunk of await decompressed(source as AsyncIterable<Uint8Array>)) {
      start = Buffer.concat([start, chunk as Uint8Array]);
      if (start.byteLength >= BLOCK) break;
    }
    return isHeader(start.subarray(0, BLOCK));
  } catch (error) {
    // What only looks compressed at its beginning is a file like any other.
    if (error instanceof Error && !("code" in error && error.code === "ENOENT")) return false;
    throw error;
  } finally {
    source.destroy();
    await file.close();
  }
}

function isHeader(block: Uint8Array): boolean {
  if (block.byteLength < BLOCK) return false;
  const written = Number.parseInt(Buffer.from(block.subarray(148, 156)).toString("latin1").replaceAll("\0", " "), 8);
  // The checksum counts its own field as blanks.
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return written === sum;
}

function compressionOf(start: Uint8Array): "gzip" | "zstd" | "bzip2" | "xz" | undefined {
  const hex = Buffer.from(start.subarray(0, 6)).toString("hex");
  if (hex.startsWith("1f8b")) return "gzip";
  if (hex.startsWith("28b52ffd")) return "zstd";
  if (hex.startsWith("425a68")) return "bzip2";
  return hex === "fd377a585a00" ? "xz" : undefined;
}

async function* filtered(source: Readable, program: string, args: readonly string[]): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`cannot unpack: ${program} cannot be run`, { cause })));
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`cannot unpack: ${program} ended with ${code}: ${said.trim()}`)),
    );
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < 1000) said += chunk.toString("utf8");
  });
  ended.catch(() => undefined);
  const fed = pipeline(source, child.stdin);
  // A program that stops reading early says why by its exit code, which is awaited below.
  fed.catch(() => undefined);
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    await ended;
  } finally {
    child.kill();
  }
}
