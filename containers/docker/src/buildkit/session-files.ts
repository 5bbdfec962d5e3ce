/** What clients serve on their sessions besides credentials and the like: files of theirs, and places for files of ours. */
import { mkdir } from "node:fs/promises";
import { extractTar } from "@skiff/builder";
import type { FilePacket } from "./file-packet.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { receiveFiles } from "./receive-files.ts";
import { sendBytes, sendFiles } from "./send-files.ts";
import type { Session } from "./sessions.ts";

/** Which of a client's files are wanted. */
export interface FilesWanted {
  /** The client's name for the directory: "context", "dockerfile". */
  readonly name: string;
  /** Paths that are wanted, with what links in them lead to. All where there are none. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns of what is not, as in a `.dockerignore`. */
  readonly excludes?: readonly string[] | undefined;
  readonly progress?: (bytes: number) => void;
  readonly signal: AbortSignal;
}

const SYNC = "/moby.filesync.v1.FileSync/DiffCopy";
const SEND = "/moby.filesync.v1.FileSend/DiffCopy";
const PULL = "/moby.upload.v1.Upload/Pull";

/** Fetches files into `directory`, which is made. Rejects with a GrpcError where the client does not give them. */
export async function fetchFiles(session: Session, directory: string, wanted: FilesWanted): Promise<void> {
  if (!session.supports(SYNC)) throw new GrpcError(grpcCode.failedPrecondition, "no local sources enabled");
  const { name, paths = [], excludes = [], progress, signal } = wanted;
  await mkdir(directory, { recursive: true });
  const metadata = {
    ...header("dir-name", [name]),
    ...header("followpaths", paths),
    ...header("exclude-patterns", excludes),
  };
  const stream = session.connection.stream<FilePacket, FilePacket>(SYNC, ["Packet", "Packet"], { metadata, signal });
  await receiveFiles(stream, directory, progress === undefined ? {} : { progress });
}

/** Unpacks the archive that the client keeps at an address of its session ("http://buildkit-session/…") into `directory`. */
export async function fetchUpload(session: Session, directory: string, url: URL, signal: AbortSignal): Promise<void> {
  if (!session.supports(PULL)) throw new GrpcError(grpcCode.failedPrecondition, "the client has no uploads");
  await mkdir(directory, { recursive: true });
  const stream = session.connection.stream<object, { data: Uint8Array }>(PULL, ["BytesMessage", "BytesMessage"], {
    metadata: { ...header("urlpath", [url.pathname]), ...header("urlhost", [url.host]) },
    signal,
  });
  const archive = async function* () {
    for await (const { data } of stream) yield data;
  };
  try {
    await extractTar(archive(), directory, "/");
  } finally {
    stream.cancel();
  }
}

/** Sends a directory to the place that the client has for the exporter of that number. */
export async function sendDirectory(
  session: Session,
  exporter: number,
  root: string,
  signal: AbortSignal,
): Promise<void> {
  requireSend(session);
  const stream = session.connection.stream<FilePacket, FilePacket>(SEND, ["Packet", "Packet"], {
    metadata: exporterHeader(exporter),
    signal,
  });
  await sendFiles(stream, root);
}

/** Sends a file to the place that the client has for the exporter of that number. */
export async function sendFile(
  session: Session,
  exporter: number,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  requireSend(session);
  const stream = session.connection.stream<{ data: Uint8Array }, object>(SEND, ["BytesMessage", "BytesMessage"], {
    metadata: exporterHeader(exporter),
    signal,
  });
  await sendBytes(stream, source);
}

function requireSend(session: Session): void {
  if (!session.supports(SEND))
    throw new GrpcError(grpcCode.failedPrecondition, "the client has no place for what is exported");
}

function exporterHeader(exporter: number): Record<string, string> {
  return { "buildkit-attachable-exporter-id": String(exporter) };
}

/** Values beyond ASCII are escaped, which a second header tells. Metadata of gRPC has nothing else. */
function header(name: string, values: readonly string[]): Record<string, string | readonly string[]> {
  if (values.length === 0) return {};
  if (values.every((value) => /^[\x20-\x7e]*$/.test(value))) return { [name]: values };
  return { [name]: values.map(encodeURIComponent), [`${name}-encoded`]: "1" };
}
