/** A directory of the client's, received over fsutil's protocol. Nothing is written outside of where it belongs, whatever the client sends. */
import {
  chmodSync,
  closeSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pacer } from "@skiff/engine";
import { type FilePacket, type FileStat, goMode, has, isFile, packet, unixPermissions } from "./file-packet.ts";
import type { GrpcStream } from "./grpc-client.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";

/** Bounds of what is taken, and who is told of it. */
export interface ReceiveOptions {
  /** Default 1,000,000. */
  readonly entries?: number;
  /** Bytes of all files together. Default 32 GiB. */
  readonly bytes?: number;
  /** Told the bytes received so far. */
  readonly progress?: (bytes: number) => void;
}

/** Files asked for and not there yet. */
const AT_ONCE = 64;

interface Arriving {
  readonly path: string;
  readonly stat: FileStat;
  file?: number;
  bytes: number;
}

/**
 * Fills `root`, an empty directory, with what the client sends, and resolves when it is all there. Owners are not kept; devices, sockets
 * and fifos are left out. Throws a GrpcError where the client sends what cannot be, or more than it may.
 */
export async function receiveFiles(
  stream: GrpcStream<FilePacket, FilePacket>,
  root: string,
  { entries: maxEntries = 1_000_000, bytes: maxBytes = 32 * 2 ** 30, progress = () => undefined }: ReceiveOptions = {},
): Promise<void> {
  const directories = new Map<string, FileStat>();
  const files = new Set<string>();
  const links: FileStat[] = [];
  const wanted: [number, FileStat][] = [];
  const arriving = new Map<number, Arriving>();
  const pace = pacer();
  let count = 0;
  let bytes = 0;
  let listed = false;
  let isDone = false;

  function take(stat: FileStat): void {
    const path = checkedPath(stat.path, directories);
    if (directories.has(path) || files.has(path)) throw broken(`${JSON.stringify(path)} comes twice`);
    const id = count++;
    if (count > maxEntries) throw new GrpcError(grpcCode.resourceExhausted, `more than ${maxEntries} files`);
    const absolute = join(root, path);
    if (has(stat.mode, goMode.directory)) {
      mkdirSync(absolute);
      directories.set(path, stat);
    } else if (has(stat.mode, goMode.symlink)) {
      symlinkSync(stat.linkname, absolute);
      setTime(absolute, stat);
      files.add(path);
    } else if (isFile(stat.mode)) {
      files.add(path);
      if (stat.linkname !== "") links.push(stat);
      else wanted.push([id, stat]);
    }
  }

  async function ask(): Promise<void> {
    while (arriving.size < AT_ONCE) {
      const next = wanted.shift();
      if (next === undefined) break;
      const [id, stat] = next;
      arriving.set(id, { path: join(root, stat.path), stat, bytes: 0 });
      await stream.send({ type: packet.request, id });
    }
    if (isDone || !listed || arriving.size > 0 || wanted.length > 0) return;
    isDone = true;
    finish();
    await stream.send({ type: packet.finish });
  }

  function write(id: number, data: Uint8Array): void {
    const one = arriving.get(id);
    if (one === undefined) throw broken(`file ${id} was not asked for`);
    bytes += data.byteLength;
    if (bytes > maxBytes) throw new GrpcError(grpcCode.resourceExhausted, `more than ${maxBytes} bytes`);
    if (data.byteLength > 0) {
      one.file ??= openSync(one.path, "wx", 0o600);
      writeSync(one.file, data);
      one.bytes += data.byteLength;
      return;
    }
    if (one.file === undefined) writeFileSync(one.path, "", { flag: "wx" });
    else closeSync(one.file);
    arriving.delete(id);
    chmodSync(one.path, unixPermissions(one.stat.mode));
    setTime(one.path, one.stat);
  }

  // Links and times of directories come last: what they need is there only then.
  function finish(): void {
    for (const { path, linkname } of links) {
      const target = linkname.replace(/^\/+/, "");
      if (!files.has(target)) throw broken(`${JSON.stringify(path)} is a link to nothing that was sent`);
      linkSync(join(root, target), join(root, path));
    }
    for (const [path, stat] of [...directories].reverse()) {
      chmodSync(join(root, path), unixPermissions(stat.mode));
      setTime(join(root, path), stat);
    }
  }

  try {
    for await (const { type, stat, id = 0, data = new Uint8Array() } of stream) {
      await pace();
      if (type === packet.stat) {
        if (stat === undefined) listed = true;
        else take(stat);
        await ask();
      } else if (type === packet.data) {
        write(id, data);
        progress(bytes);
        if (data.byteLength === 0) await ask();
      } else if (type === packet.failure) {
        throw new GrpcError(grpcCode.unknown, `error from sender: ${Buffer.from(data).toString("utf8")}`);
      } else if (type === packet.finish) {
        stream.end();
      }
    }
  } catch (error) {
    stream.cancel();
    throw error;
  } finally {
    for (const { file } of arriving.values()) if (file !== undefined) closeSync(file);
  }
  if (!isDone) throw broken("the client ended before all files were there");
}

/** A path whose parents were sent as directories: so no link can lead anywhere else. */
function checkedPath(path: string, directories: ReadonlyMap<string, FileStat>): string {
  const parts = path.split("/");
  const isPlain = path !== "" && !path.includes("\0") && !parts.some((part) => ["", ".", ".."].includes(part));
  if (!isPlain) throw broken(`${JSON.stringify(path)} is no path in a directory`);
  const parent = dirname(path);
  if (parent !== "." && !directories.has(parent)) throw broken(`${JSON.stringify(path)} comes without its directory`);
  return path;
}

function setTime(path: string, { modTime }: FileStat): void {
  const seconds = modTime / 1e9;
  lutimesSync(path, seconds, seconds);
}

function broken(what: string): GrpcError {
  return new GrpcError(grpcCode.invalidArgument, `the client sent files that cannot be: ${what}`);
}
