import { createServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { type Call, findResource, StatusError, type Transport } from "@skiff/api";

/**
 * Serves `transport` over HTTP/2 without TLS, with the paths and frames of the API: the other end of `httpTransport`.
 * `intercept` may answer a request itself.
 */
export async function serveTransport(
  transport: Transport,
  intercept: (request: Http2ServerRequest, response: Http2ServerResponse) => boolean = () => false,
): Promise<{ readonly url: string; readonly close: () => Promise<void>; readonly dropConnections: () => void }> {
  const sessions = new Set<{ destroy(): void }>();
  const server = createServer((request, response) => {
    if (!intercept(request, response)) void answer(transport, request, response);
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const dropConnections = () => {
    for (const session of sessions) session.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dropConnections,
    close: () => {
      dropConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(transport: Transport, request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const call = callOf(
      request,
      chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as object) : undefined,
    );
    if (call.query?.watch !== "true") {
      response.end(JSON.stringify(await transport.call(call)));
      return;
    }
    for await (const event of transport.watch(call, gone.signal)) {
      if (!response.write(`${JSON.stringify(event)}\n`))
        await new Promise((resolve) => response.once("drain", resolve));
    }
    response.end();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (response.headersSent) response.end(`${JSON.stringify({ type: "ERROR", object: error.status })}\n`);
    else {
      response.writeHead(error.code);
      response.end(JSON.stringify(error.status));
    }
  }
}

const VERBS: Readonly<Record<string, Call["verb"]>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

function callOf(request: Http2ServerRequest, body: object | undefined): Call {
  const { pathname, searchParams } = new URL(request.url, "http://server");
  const parts = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const [group = "", version = ""] = parts[0] === "api" ? ["", parts[1]] : [parts[1], parts[2]];
  let rest = parts.slice(parts[0] === "api" ? 2 : 3);
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest[1] : undefined;
  if (namespace) rest = rest.slice(2);
  const [plural = "", name] = rest;
  const resource = findResource(group, version, plural);
  if (!resource) throw StatusError.pathNotFound();
  const verb = VERBS[request.method] ?? (name ? "get" : "list");
  return { verb, resource, namespace, name, body, query: Object.fromEntries(searchParams) };
}
