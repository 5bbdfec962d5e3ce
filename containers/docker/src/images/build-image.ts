/** POST /build: a context as a tar in, progress out (the classic builder's protocol). */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type BuildEvent, extractTar, RunFailedError } from "@skiff/builder";
import { isSystemError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Call, flag, type Handler } from "../http/call.ts";
import { DockerError, toDockerError } from "../http/docker-error.ts";
import { buildOptions } from "./build-options.ts";
import { displayName } from "./display-name.ts";
import { type ProgressMessage, progressReply, pullMessage } from "./progress-stream.ts";

const MAX_SECRETS = 4 * 1024 * 1024;

export function buildImage({ builder, scratch, engine }: Deps): Handler {
  return async function buildImage(call) {
    const request = buildOptions(call);
    const directory = await contextDirectory(call);
    const isQuiet = flag(call, "q");
    // `skiff build` asks for the builder's own events, as it draws them itself.
    const asEvents = flag(call, "events");
    const work = async (send: (message: ProgressMessage) => void) => {
      // A quiet build says only what it came to, unless it comes to nothing.
      const unsaid: ProgressMessage[] = [];
      const say = (message: ProgressMessage) => (isQuiet ? unsaid.push(message) : send(message));
      const context = directory ?? (await mkdtemp(join(scratch, "context-")));
      try {
        const { secrets, archive } = await takeSecrets(call);
        if (directory === undefined) await extractTar(archive, context, "/");
        const messages = (event: BuildEvent) => (asEvents ? [{ event: plain(event) }] : messagesOf(event));
        const report = (event: BuildEvent) => messages(event).forEach(say);
        const image = await builder.build({
          ...{ ...request, secrets, context, report },
          ...{ contextIsLive: directory !== undefined, signal: call.signal },
        });
        await engine.snapshots.unpack(image, undefined, call.signal);
        send({ aux: { ID: image.id } });
        if (isQuiet) {
          send({ stream: `${image.id}\n` });
          return;
        }
        send({ stream: `Successfully built ${image.id.slice("sha256:".length, "sha256:".length + 12)}\n` });
        for (const tag of request.tags ?? []) send({ stream: `Successfully tagged ${displayName(tag)}\n` });
      } catch (error) {
        unsaid.forEach(send);
        throw error;
      } finally {
        if (directory === undefined) await rm(context, { recursive: true, force: true });
      }
    };
    return progressReply(work, describe);
  };
}

// The exit code is what `docker build` ends with itself.
function describe(error: unknown): { message: string; code?: number; line?: number } {
  const { message } = toDockerError(error);
  const line = error instanceof Error && "line" in error && typeof error.line === "number" ? { line: error.line } : {};
  return error instanceof RunFailedError ? { message, code: error.exitCode, ...line } : { message, ...line };
}

/**
 * The context's own directory where the client names one instead of sending it: base64url of `{"path", "device", "inode"}`. Who may speak to
 * this socket may mount any directory, too. 412 tells a client that sees other files than this process to send them.
 */
async function contextDirectory(call: Call): Promise<string | undefined> {
  const header = call.header("x-skiff-context");
  if (header === undefined) return undefined;
  const { path, device, inode } = parseContext(header);
  const stats = await stat(path, { bigint: true }).catch((error: unknown) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES", "ENAMETOOLONG")) return undefined;
    throw error;
  });
  if (!stats?.isDirectory() || `${stats.dev}` !== device || `${stats.ino}` !== inode)
    throw new DockerError(412, "the context is not a directory that the builder sees: send it as a tar");
  return path;
}

function parseContext(header: string): Readonly<Record<"path" | "device" | "inode", string>> {
  try {
    const { path, device, inode } = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
    if (typeof path === "string" && path.startsWith("/") && !path.includes("\0")) return { path, device, inode };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new DockerError(400, "invalid x-skiff-context header");
}

/**
 * Secrets travel before the archive, so that they are neither on a disk nor in a line that is logged: the header says how many
 * bytes of the body are JSON, `{"<id>": "<base64>"}`.
 */
async function takeSecrets(call: Call): Promise<{ secrets: Map<string, Buffer>; archive: AsyncIterable<Uint8Array> }> {
  const length = Number(call.header("x-skiff-secrets-length") ?? 0);
  if (!Number.isSafeInteger(length) || length < 0 || length > MAX_SECRETS)
    throw new DockerError(400, `secrets may have ${MAX_SECRETS} bytes at most`);
  if (length === 0) return { secrets: new Map(), archive: call.body };
  const chunks = call.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let start = Buffer.alloc(0);
  while (start.byteLength < length) {
    const next = await chunks.next();
    if (next.done) throw new DockerError(400, "the request ended within its secrets");
    start = Buffer.concat([start, next.value]);
  }
  const rest = start.subarray(length);
  async function* archive(): AsyncGenerator<Uint8Array> {
    yield rest;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { secrets: readSecrets(start.subarray(0, length)), archive: archive() };
}

function readSecrets(bytes: Buffer): Map<string, Buffer> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    // Not passed on as the cause: the message would quote them.
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, "invalid secrets: not JSON");
  }
  if (typeof value !== "object" || value === null) throw new DockerError(400, "invalid secrets: not an object");
  return new Map(Object.entries(value).map(([id, text]) => [id, Buffer.from(String(text), "base64")]));
}

function plain(event: BuildEvent): object {
  return event.type === "output" ? { ...event, data: event.data.toString("utf8") } : event;
}

function messagesOf(event: BuildEvent): ProgressMessage[] {
  switch (event.type) {
    case "step":
      return [{ stream: `Step ${event.step}/${event.of} : ${event.text}\n` }];
    case "cached":
      return [{ stream: " ---> Using cache\n" }];
    case "done":
    case "failed":
      return [];
    case "output":
      return [{ stream: event.data.toString("utf8") }];
    case "message":
      return [{ stream: `${event.text}\n` }];
    case "pull":
      return [pullMessage(event.progress)];
  }
}
