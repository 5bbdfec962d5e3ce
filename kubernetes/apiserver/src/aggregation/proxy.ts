/** Requests for what other servers answer are passed on to them; the rest goes on here. */
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import { StatusError } from "@skiff/api";
import type { Call, Handler } from "../call.ts";
import { failureText } from "../outbound/failure-text.ts";
import { joinConnections } from "../outbound/join-connections.ts";
import type { RawReply, Reply } from "../reply.ts";
import { type ApiServices, isAvailable, type RemoteApiService } from "./api-services.ts";
import type { Backends } from "./backend.ts";

/** What passing on takes. */
export interface ProxyDeps {
  readonly apiServices: ApiServices;
  readonly backends: Backends;
}

/** Headers that are about one connection, or for this server alone. */
const NOT_PASSED_ON = new Set([
  "authorization",
  "connection",
  "content-length",
  "cookie",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** What a client says of itself under these names is not true. */
const IDENTITY = /^(x-remote-|impersonate-)/;

/** `next`, with what APIServices name taken out. While there are none it costs a look at the size of a map. */
export function passOn({ apiServices, backends }: ProxyDeps, next: Handler): Handler {
  return (call) => {
    const remotes = apiServices.remotes();
    const service = remotes.size === 0 ? undefined : remoteOf(call.path, remotes);
    return service ? forward(call, service, backends) : next(call);
  };
}

/** The APIService whose group version the path is in. */
export function remoteOf(path: string, remotes: ReadonlyMap<string, RemoteApiService>): RemoteApiService | undefined {
  const [, root, group, version] = path.split("/", 4);
  if (root === "api") return remotes.get(`/${group ?? ""}`);
  return root === "apis" ? remotes.get(`${group ?? ""}/${version ?? ""}`) : undefined;
}

/** The answer of the server behind `service`, or 503 in plain text, as clients expect of a proxy. */
export async function forward(call: Call, service: RemoteApiService, backends: Backends): Promise<Reply> {
  if (!isAvailable(service)) return unavailable("service unavailable");
  const { incoming } = call;
  const upgrade = incoming.upgrade !== undefined;
  const body = upgrade ? undefined : await bodyOf(call);
  const headers: OutgoingHttpHeaders = { ...passedOn(incoming.headers()), ...body?.headers };
  if (upgrade) {
    headers.connection = "Upgrade";
    headers.upgrade = incoming.header("upgrade") ?? "";
  }
  if (incoming.remoteAddress !== "") {
    headers["x-forwarded-for"] = [incoming.header("x-forwarded-for"), incoming.remoteAddress]
      .filter(Boolean)
      .join(", ");
  }
  const attempt = (): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const outbound = backends.request(service, {
        user: call.user,
        method: incoming.method,
        path: incoming.url,
        headers,
        upgrade,
        signal: incoming.signal,
      });
      outbound.once("error", (error) => {
        // A kept connection that the other side has closed meanwhile says nothing about the server.
        if (outbound.reusedSocket && !incoming.signal.aborted) attempt().then(resolve, reject);
        else reject(error);
      });
      outbound.once("response", (message) => resolve(rawReply(message)));
      outbound.once("upgrade", (message: IncomingMessage, far: Duplex, farHead: Buffer) => {
        const run = (near: Duplex, nearHead: Buffer) =>
          joinConnections(message, { socket: far, head: farHead }, { socket: near, head: nearHead });
        resolve({ type: "tunnel", run });
      });
      outbound.end(body?.bytes);
    });
  try {
    return await attempt();
  } catch (error) {
    if (incoming.signal.aborted) throw StatusError.timeout("the client has gone");
    if (error instanceof StatusError) return unavailable("service unavailable");
    return unavailable(`error trying to reach service: ${failureText(error)}`);
  }
}

function unavailable(text: string): RawReply {
  return { type: "raw", code: 503, contentType: "text/plain; charset=utf-8", body: `${text}\n` };
}

async function bodyOf({ incoming }: Call): Promise<{ bytes: Buffer; headers: OutgoingHttpHeaders } | undefined> {
  if (incoming.method === "GET" || incoming.method === "HEAD") return undefined;
  const body = await incoming.body();
  if ("bytes" in body) return { bytes: body.bytes, headers: { "content-length": body.bytes.length } };
  const bytes = Buffer.from(JSON.stringify(body.object));
  return { bytes, headers: { "content-type": body.mediaType, "content-length": bytes.length } };
}

function passedOn(headers: Readonly<Record<string, string | readonly string[]>>): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([k, v]) =>
      NOT_PASSED_ON.has(k) || IDENTITY.test(k) ? [] : [[k, typeof v === "string" ? v : [...v]]],
    ),
  );
}

function rawReply(message: IncomingMessage): RawReply {
  const headers = Object.entries(message.headers).filter(([k]) => !NOT_PASSED_ON.has(k) && k !== "content-type");
  return {
    type: "raw",
    code: message.statusCode ?? 502,
    contentType: message.headers["content-type"] ?? "application/octet-stream",
    headers: Object.fromEntries(headers) as NonNullable<RawReply["headers"]>,
    body: message,
  };
}
