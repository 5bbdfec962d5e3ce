/** HTTP on a unix socket: routing, the one place where errors become answers, and connections taken over for raw bytes. */
import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { connect } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Logger } from "@skiff/engine";
import type { Call, Handler, Reply } from "./call.ts";
import { DockerError, toDockerError } from "./docker-error.ts";

/** An operation: method, path with `{name}` for one component and `{name*}` for several, handler. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: Handler;
}

export const API_VERSION = "1.51";
export const MIN_API_VERSION = "1.24";

/** Listens on a unix socket that only its owner may use. A socket that nobody answers on any more is replaced. */
export async function serve(routes: readonly Route[], socketPath: string, log: Logger): Promise<AsyncDisposable> {
  const table = routes.map(({ method, path, handler }) => ({ method, pattern: patternOf(path), handler }));
  const taken = new Set<Duplex>();

  async function handle(request: IncomingMessage, response: ServerResponse, hijack: Call["hijack"]): Promise<void> {
    const abort = new AbortController();
    response.once("close", () => abort.abort(new Error("the client went away")));
    try {
      const reply = await dispatch(request, abort.signal, hijack);
      if (reply !== undefined) await send(request, response, reply);
    } catch (error) {
      await drained(request);
      fail(request, response, error);
    }
  }

  function dispatch(request: IncomingMessage, signal: AbortSignal, hijack: Call["hijack"]): Promise<Reply | undefined> {
    const url = new URL(request.url ?? "/", "http://docker");
    const { path, version } = versioned(url.pathname);
    for (const { method, pattern, handler } of table) {
      if (method !== request.method && !(method === "GET" && request.method === "HEAD")) continue;
      const match = pattern.exec(path);
      if (match === null) continue;
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]),
      );
      const header = (name: string) => request.headers[name]?.toString();
      return handler({ params, query: url.searchParams, version, header, body: request, signal, hijack });
    }
    throw new DockerError(404, "page not found");
  }

  function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    // A client that went away wants no answer, and whatever it broke off is no failure of ours.
    if (response.destroyed) return;
    const known = toDockerError(error);
    if (known.status >= 500)
      log.warn("Request failed", { method: request.method, path: request.url?.split("?")[0], error: known.message });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left unread of the body must not be taken for the next request.
    if (!request.complete) response.setHeader("connection", "close");
    writeJson(response, known.status, { message: known.message });
  }

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    const plain = (mediaType: string): Duplex => {
      const { socket } = request;
      response.detachSocket(socket);
      return take(socket, `HTTP/1.1 200 OK\r\nContent-Type: ${mediaType}\r\n\r\n`);
    };
    void handle(request, response, plain);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(request);
    const asked = request.headers.upgrade?.toLowerCase() ?? "";
    const upgraded = (mediaType: string): Duplex => {
      const type = mediaType === "" ? "" : `Content-Type: ${mediaType}\r\n`;
      const headers = `${type}Connection: Upgrade\r\nUpgrade: ${asked}\r\n`;
      return take(socket, `HTTP/1.1 101 UPGRADED\r\n${headers}\r\n`, head);
    };
    // HTTP/2 is for BuildKit alone: other operations would be asked for in it.
    const isForBuildKit = asked === "h2c" && /^(\/v[\d.]+)?\/(grpc|session)$/.test(request.url?.split("?")[0] ?? "");
    if (asked !== "tcp" && !isForBuildKit) {
      socket.end(
        `HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"message":"page not found"}\n`,
      );
      return;
    }
    response.assignSocket(socket as Parameters<ServerResponse["assignSocket"]>[0]);
    response.shouldKeepAlive = false;
    response.once("finish", () => socket.end());
    void handle(request, response, (mediaType) => {
      response.detachSocket(socket as Parameters<ServerResponse["detachSocket"]>[0]);
      return upgraded(mediaType);
    });
  });

  function take(socket: Duplex, answer: string, head?: Buffer): Duplex {
    taken.add(socket);
    socket.once("close", () => taken.delete(socket));
    // Whoever reads the stream learns of the failure, too; a client that goes away is no failure of ours.
    socket.on("error", () => socket.destroy());
    socket.write(answer);
    if (head !== undefined && head.byteLength > 0) socket.unshift(head);
    return socket;
  }

  await listen(server, socketPath);
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      for (const socket of taken) socket.destroy();
      await once(server, "close");
      await rm(socketPath, { force: true });
    },
  };
}

const DRAINED = 1024 * 1024;
const DRAINED_MILLISECONDS = 2000;

/** Reads what is left of a small body: a client that is still writing would not see the answer before the connection's end. */
async function drained(request: IncomingMessage): Promise<void> {
  const length = Number(request.headers["content-length"] ?? 0);
  const isChunked = request.headers["transfer-encoding"] !== undefined;
  if (request.complete || request.destroyed || length > DRAINED || !(length > 0 || isChunked)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, DRAINED_MILLISECONDS);
  let left = DRAINED;
  request.once("end", resolve);
  request.once("close", resolve);
  request.on("data", (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) resolve();
  });
  await promise;
  clearTimeout(timer);
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.stream !== undefined) {
    response.setHeader("content-type", response.getHeader("content-type") ?? "application/json");
    response.writeHead(reply.status);
    response.flushHeaders();
    await pipeline(Readable.from(reply.stream), response);
  } else if (reply.text !== undefined) {
    response.writeHead(reply.status, {
      "content-type": "text/plain; charset=utf-8",
      "content-length": Buffer.byteLength(reply.text),
    });
    response.end(request.method === "HEAD" ? "" : reply.text);
  } else if (reply.json !== undefined) {
    writeJson(response, reply.status, reply.json);
  } else {
    response.writeHead(reply.status).end();
  }
}

function writeJson(response: ServerResponse, status: number, value: unknown): void {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "api-version": API_VERSION,
  });
  response.end(body);
}

/** A path without the version it begins with; a path without one is of the newest. */
function versioned(path: string): { readonly path: string; readonly version: number } {
  const match = /^\/v(\d+)\.(\d+)(\/.*)$/.exec(path);
  if (match === null) return { path, version: 1051 };
  const [, major = "", minor = "", rest = ""] = match;
  const asked = Number(major) * 1000 + Number(minor);
  if (asked > 1051)
    throw new DockerError(
      400,
      `client version ${major}.${minor} is too new. Maximum supported API version is ${API_VERSION}`,
    );
  if (asked < 1024)
    throw new DockerError(
      400,
      `client version ${major}.${minor} is too old. Minimum supported API version is ${MIN_API_VERSION}`,
    );
  return { path: rest, version: asked };
}

function patternOf(path: string): RegExp {
  return new RegExp(
    `^${path.replace(/\{(\w+)(\*?)\}/g, (_, name, several) => `(?<${name}>${several === "" ? "[^/]+" : ".+"})`)}$`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw new DockerError(400, "malformed path", { cause: error });
    throw error;
  }
}

async function listen(server: Server, path: string): Promise<void> {
  if (await isAnswered(path)) throw new Error(`cannot listen on ${path}: another process answers there`);
  await rm(path, { force: true });
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o660);
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED"))
      return false;
    throw error;
  } finally {
    socket.destroy();
  }
}
