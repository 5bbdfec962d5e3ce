/** From a reply to HTTP. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Call } from "../call.ts";
import { render } from "../rendering/render.ts";
import { groupWriter, streamType } from "../rendering/watch-frames.ts";
import type { Reply, WatchReply } from "../reply.ts";
import type { Outgoing } from "./outgoing.ts";

const compress = promisify(gzip);
/** Answers smaller than this are not worth compressing. */
const GZIP_FROM = 128 * 1024;
const STALLED_MS = 30_000;

/** Answers the call. Resolves when everything has been handed to the connection. */
export async function respond(call: Call, reply: Reply, out: Outgoing): Promise<void> {
  switch (reply.type) {
    case "tunnel":
      throw new Error("a tunnel needs a connection that was upgraded");
    case "watch":
      return streamWatch(call, reply, out);
    case "raw": {
      const headers = {
        ...warningHeaders(call),
        ...call.responseHeaders,
        ...copyHeaders(reply.headers),
        "content-type": reply.contentType,
      };
      if (reply.body instanceof Uint8Array) return sendBytes(call, out, reply.code, headers, reply.body);
      if (typeof reply.body === "string") out.send(reply.code, headers, reply.body);
      else out.pipe(reply.code, headers, reply.body);
      return;
    }
    default: {
      const { contentType, bytes } = render(reply, call.accepted);
      const headers: Record<string, string | string[]> = {
        "content-type": contentType,
        "cache-control": "no-cache, private",
      };
      if (call.warnings.length > 0) Object.assign(headers, warningHeaders(call));
      const code = reply.type === "list" ? 200 : reply.code;
      if (code === 429 || code === 503) headers["retry-after"] = "1";
      if (call.responseHeaders) Object.assign(headers, call.responseHeaders);
      if (code === 401) headers["www-authenticate"] = 'Bearer realm="skiff"';
      return sendBytes(call, out, code, headers, bytes);
    }
  }
}

async function sendBytes(
  call: Call,
  out: Outgoing,
  code: number,
  headers: Record<string, string | string[]>,
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length < GZIP_FROM || !/\bgzip\b/.test(call.incoming.header("accept-encoding") ?? "")) {
    return out.send(code, headers, bytes);
  }
  const body = await compress(bytes, { level: 1 });
  out.send(code, { ...headers, "content-encoding": "gzip", vary: "Accept-Encoding" }, body);
}

async function streamWatch(call: Call, { info, groups }: WatchReply, out: Outgoing): Promise<void> {
  const headers = { "content-type": streamType(call.accepted), "cache-control": "no-cache, private" };
  out.begin(200, { ...headers, ...warningHeaders(call), ...call.responseHeaders });
  const bytesOf = groupWriter(info, call.accepted);
  const { signal } = call.incoming;
  for await (const group of groups) {
    if (signal.aborted) return;
    // While this waits, changes gather in the watcher's queue: what a client does not read is never more than that.
    if (!out.write(bytesOf(group)) && !(await drainedInTime(out))) return out.abort();
  }
  out.end();
}

/** Whether the client read what it was sent. One that takes nothing for this long has stopped reading. */
async function drainedInTime(out: Outgoing): Promise<boolean> {
  const timer = Promise.withResolvers<false>();
  const stalled = setTimeout(() => timer.resolve(false), STALLED_MS);
  const drained = out.drained().then(() => true);
  const inTime = await Promise.race([drained, timer.promise]);
  clearTimeout(stalled);
  return inTime;
}

function warningHeaders({ warnings }: Call): Record<string, string[]> {
  if (warnings.length === 0) return {};
  const unique = [...new Set(warnings)];
  return { warning: unique.map((text) => `299 - "${text.replace(/[\\"]/g, "\\$&").replace(/[\r\n]+/g, " ")}"`) };
}

function copyHeaders(
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, typeof v === "string" ? v : [...v]]));
}
