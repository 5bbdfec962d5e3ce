/** The registry server: the OCI distribution protocol over a content directory. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RegistryError } from "../errors.ts";
import { openContent } from "./content.ts";
import type { Call, Reply } from "./handler.ts";
import { type Route, routes } from "./routes.ts";

/** A running registry. Disposing of it closes its connections; the content stays. */
export interface RegistryServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
}

/** How a registry is set up. */
export interface RegistryServerOptions {
  /** Where content is kept; made where it is not there. */
  readonly root: string;
  readonly host?: string | undefined;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Told of failures that are the server's own; the client gets a plain 500. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Starts a registry over plain HTTP and without logins; it is for loopback, or behind something that has them. */
export async function startRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const table = routes({ content: await openContent(options.root) });
  const server = createServer((request, response) => {
    answer(table, request, response).catch((error: unknown) => {
      if (!response.destroyed) options.onError?.(error);
      response.destroy();
    });
  });
  server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function answer(table: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  let reply: Reply;
  try {
    reply = await dispatch(table, request);
  } catch (error) {
    if (!(error instanceof RegistryError)) {
      response.writeHead(500).end();
      throw error;
    }
    reply = errorReply(error);
  }
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  const empty: Record<string, string> =
    reply.body === undefined && request.method !== "HEAD" ? { "content-length": "0" } : {};
  response.writeHead(reply.status, { ...empty, ...reply.headers });
  // What was refused unread must not be taken for the next request.
  if (!request.complete) response.once("finish", () => request.destroy());
  if (request.method === "HEAD" || reply.body === undefined) response.end();
  else if (reply.body instanceof Readable) await pipeline(reply.body, response);
  else response.end(reply.body);
}

async function dispatch(table: readonly Route[], request: IncomingMessage): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://registry");
  const matching = table.flatMap((route) => {
    const match = route.path.exec(decodePath(url.pathname));
    return match ? [{ route, params: match.groups ?? {} }] : [];
  });
  const found = matching.find(({ route }) => route.methods.includes(request.method ?? ""));
  if (found === undefined) {
    if (matching.length > 0) throw new RegistryError("UNSUPPORTED", `${request.method} is not supported here`);
    return { status: 404 };
  }
  const call: Call = {
    method: request.method ?? "",
    params: found.params,
    query: url.searchParams,
    header: (name) => request.headers[name]?.toString(),
    body: request,
  };
  return found.route.handler(call);
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
  const body = Buffer.from(JSON.stringify({ errors: [{ code: error.code, message: error.message }] }));
  return {
    status: error.status,
    headers: { "content-type": "application/json", "content-length": String(body.byteLength) },
    body,
  };
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
