/** A directory sent to the client over fsutil's protocol, and single files as streams of bytes. */
import { createReadStream } from "node:fs";
import { type FilePacket, type FileStat, goMode, goPermissions, packet } from "./file-packet.ts";
import type { GrpcStream } from "./grpc-client.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { treeEntries } from "./tree-entries.ts";

const CHUNK_BYTES = 32 * 1024;

/** Sends everything below `root`, an image's files. Resolves when the client has it all. Rejects with a GrpcError where it refuses. */
export async function sendFiles(stream: GrpcStream<FilePacket, FilePacket>, root: string): Promise<void> {
  const files = new Map<number, string>();
  let count = 0;
  let isDone = false;
  const listing = async () => {
    for (const { stat, absolute } of walk(root)) {
      if (absolute !== undefined) files.set(count, absolute);
      count++;
      await stream.send({ type: packet.stat, stat });
    }
    await stream.send({ type: packet.stat });
  };
  const listed = listing();
  // Told by the loop below, which then ends, too.
  listed.catch(() => stream.cancel());
  for await (const { type, id = 0, data = new Uint8Array() } of stream) {
    if (type === packet.failure) throw new GrpcError(grpcCode.unknown, Buffer.from(data).toString("utf8"));
    if (type === packet.finish) {
      isDone = true;
      await stream.send({ type: packet.finish });
      stream.end();
    }
    if (type !== packet.request) continue;
    const path = files.get(id);
    if (path === undefined) throw new GrpcError(grpcCode.invalidArgument, `invalid file id ${id}`);
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
      await stream.send({ type: packet.data, id, data: chunk });
    await stream.send({ type: packet.data, id });
  }
  await listed;
  if (!isDone) throw new GrpcError(grpcCode.unknown, "the client ended before it had all files");
}

/** Sends bytes as they come, and resolves when the client has taken them. */
export async function sendBytes(
  stream: GrpcStream<{ data: Uint8Array }, object>,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const sending = (async () => {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.byteLength; at += CHUNK_BYTES)
        await stream.send({ data: chunk.subarray(at, at + CHUNK_BYTES) });
    }
    stream.end();
  })();
  sending.catch(() => stream.cancel());
  for await (const _ of stream);
  await sending;
}

function* walk(root: string): Generator<{ stat: FileStat; absolute?: string }> {
  for (const { path, absolute, stats, linkname } of treeEntries(root)) {
    const stat = (kind: number) => ({
      path,
      mode: goPermissions(stats.mode) + kind,
      uid: stats.uid,
      gid: stats.gid,
      size: stats.isFile() ? stats.size : 0,
      modTime: Math.floor(stats.mtimeMs) * 1e6,
      linkname,
    });
    if (stats.isDirectory()) yield { stat: stat(goMode.directory) };
    else if (stats.isSymbolicLink()) yield { stat: stat(goMode.symlink) };
    else if (stats.isFile()) yield { stat: stat(0), absolute };
    else if (stats.isFIFO()) yield { stat: stat(goMode.fifo) };
  }
}
