/** The registry server: the OCI distribution protocol over a content directory. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createRegistryClient } from "../client/client.ts";
import type { Credentials } from "../client/credentials.ts";
import { RegistryError } from "../errors.ts";
import { type Action, createGate, type Gate } from "./auth/gate.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { openContent } from "./content.ts";
import { type Call, jsonReply, type Reply } from "./handler.ts";
import { createPullThrough } from "./pull-through.ts";
import { type Route, routes } from "./routes.ts";

/** A running registry. Disposing of it closes its connections; the content stays. */
export interface RegistryServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /** Removes what nothing refers to, also manifests without a tag where `untagged`. Gives the bytes freed. See `collectGarbage`. */
  collectGarbage(o?: { readonly grace?: number; readonly untagged?: boolean }): Promise<number>;
}

/** How a registry is set up. */
export interface RegistryServerOptions {
  /** Where content is kept; made where it is not there. */
  readonly root: string;
  readonly host?: string | undefined;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Certificate chain and key, PEM. Without them it speaks plain HTTP. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  /** A file of users. Without it anyone may do anything. `scheme` is how clients are asked to log in; "basic" unless given. */
  readonly logins?: { readonly htpasswd: string; readonly scheme?: "basic" | "bearer" | undefined } | undefined;
  /** Makes it a cache of the registry at `url`; nothing can be pushed to it then. */
  readonly proxy?:
    | {
        readonly url: string;
        readonly credentials?: ((registry: string) => Promise<Credentials | undefined>) | undefined;
      }
    | undefined;
  /** Told of failures that are the server's own; the client gets a plain 500. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** What came or was asked for within so many milliseconds stays: long pushes name their blobs at their end. */
const GRACE = 3_600_000;

/** Starts a registry; resolves when it listens. */
export async function startRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const content = await openContent(options.root);
  const { logins, proxy, tls } = options;
  const gate = logins && (await openGate(logins));
  const cache = proxy && createPullThrough(content, ...upstream(proxy));
  const front: Front = { table: routes({ content, cache }), gate, origin: tls ? "https" : "http" };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(front, request, response).catch((error: unknown) => {
      if (!response.destroyed) options.onError?.(error);
      response.destroy();
    });
  };
  // Large blobs take as long as they take; one that sends nothing for long is cut off by its socket's timeout.
  const limits = { requestTimeout: 0 };
  const server = tls ? createTlsServer({ ...tls, ...limits }, listener) : createServer(limits, listener);
  server.setTimeout(IDLE);
  server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    collectGarbage: ({ grace = GRACE, untagged } = {}) => collectGarbage(content, { now: Date.now(), grace, untagged }),
    [Symbol.asyncDispose]: () => close(server),
  };
}

const IDLE = 120_000;

async function openGate({ htpasswd, scheme = "basic" }: NonNullable<RegistryServerOptions["logins"]>): Promise<Gate> {
  // Loaded only here: it brings a native library with it.
  const { openHtpasswd } = await import("./auth/htpasswd.ts");
  return createGate(await openHtpasswd(htpasswd), scheme, Date.now);
}

interface Front {
  readonly table: readonly Route[];
  readonly gate: Gate | undefined;
  readonly origin: "http" | "https";
}

function upstream({ url, credentials }: NonNullable<RegistryServerOptions["proxy"]>) {
  const { protocol, host } = new URL(url);
  const registry = host === "registry-1.docker.io" ? "docker.io" : host;
  const insecureRegistries = protocol === "http:" ? [registry] : [];
  return [createRegistryClient({ credentials, insecureRegistries }), registry] as const;
}

async function answer(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let reply: Reply;
  try {
    reply = await dispatch(front, request);
  } catch (error) {
    if (request.destroyed && !request.complete) return void response.destroy();
    if (!(error instanceof RegistryError)) {
      response.writeHead(500).end();
      throw error;
    }
    reply = errorReply(error);
  }
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  const empty: Record<string, string> =
    reply.body === undefined && request.method !== "HEAD" && reply.status !== 204 ? { "content-length": "0" } : {};
  response.writeHead(reply.status, { ...empty, ...reply.headers });
  // What was refused unread must not be taken for the next request.
  if (!request.complete) response.once("finish", () => request.destroy());
  if (request.method === "HEAD" || reply.body === undefined) response.end();
  else if (reply.body instanceof Readable) await pipeline(reply.body, response);
  else response.end(reply.body);
}

async function dispatch({ table, gate, origin }: Front, request: IncomingMessage): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://registry");
  const method = request.method ?? "";
  const path = decodePath(url.pathname);
  const matching = table.flatMap((route) => {
    const match = route.path.exec(path);
    return match ? [{ route, params: match.groups ?? {} }] : [];
  });
  const [first] = matching;
  let may = (_repository: string, _action: Action) => true;
  if (gate) {
    const visit = { origin: `${origin}://${hostOf(request)}`, authorization: request.headers.authorization };
    if (path === "/token" && method === "GET") return gate.token(visit, url.searchParams);
    const entered = await gate.enter({ ...visit, repository: first?.params.name, action: actionOf(method) });
    if ("refusal" in entered) return entered.refusal;
    may = entered.may;
  }
  const found = matching.find(({ route }) => route.methods.includes(method));
  if (found === undefined) {
    if (matching.length > 0) throw new RegistryError("UNSUPPORTED", `${method} is not supported here`);
    return { status: 404 };
  }
  const call: Call = {
    method,
    params: found.params,
    query: url.searchParams,
    header: (name) => request.headers[name]?.toString(),
    body: request,
    may,
  };
  return found.route.handler(call);
}

function actionOf(method: string): Action {
  if (method === "GET" || method === "HEAD") return "pull";
  return method === "DELETE" ? "delete" : "push";
}

// It becomes a part of a header that clients follow.
function hostOf({ headers, socket }: IncomingMessage): string {
  const host = headers.host ?? "";
  return /^[\w.:[\]-]{1,255}$/.test(host) ? host : `${socket.localAddress}:${socket.localPort}`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}

function errorReply(error: RegistryError): Reply {
  return { ...jsonReply({ errors: [{ code: error.code, message: error.message }] }), status: error.status };
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
