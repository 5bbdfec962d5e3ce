/** The kubelet API over HTTPS: logs, exec, attach, port-forward, Pods and statistics of the node. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Logger } from "@skiff/api";
import type { RuntimeService, Streaming } from "@skiff/engine/cri";
import { createStreamUpgrader, NoCommonProtocol, type StreamUpgrader } from "@skiff/engine/streams";
import { messageOf } from "../container/start-error.ts";
import type { PodWorkers } from "../pods/pod-workers.ts";
import { authorize } from "./caller.ts";
import { HttpError } from "./http-error.ts";
import { serveContainerLog } from "./logs/container-logs.ts";
import { metrics, summary } from "./stats.ts";
import { findStream } from "./stream-routes.ts";

export interface ServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer; readonly clientCa: string | Buffer };
  readonly workers: Pick<PodWorkers, "find" | "list">;
  readonly runtime: Pick<RuntimeService, "listContainerStats">;
  readonly streaming: Streaming;
  readonly nodeName: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

export interface KubeletServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts to listen on every address. Disposing of it ends all connections. */
export async function startServer(o: ServerOptions): Promise<KubeletServer> {
  const server = createServer({
    cert: o.tls.cert,
    key: o.tls.key,
    ca: o.tls.clientCa,
    requestCert: true,
    // Who shows no good certificate is answered 401, not cut off.
    rejectUnauthorized: false,
    maxHeaderSize: 64 * 1024,
  });
  const upgrader = createStreamUpgrader();
  const sockets = new Set<Duplex>();
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => {
    answer(o, request, response).catch((error: unknown) => refuse(o.log, response, error));
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    upgrade(o, upgrader, { request, socket, head }).catch((error: unknown) => refuseUpgrade(o.log, socket, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(o.port, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function answer(o: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  authorize(request.socket as TLSSocket);
  const url = new URL(request.url ?? "/", "https://kubelet");
  const [route, ...rest] = url.pathname.split("/").slice(1).map(decodeURIComponent);
  if (request.method !== "GET") throw new HttpError(405, "Method Not Allowed");
  switch (route) {
    case "healthz":
      response.end("ok");
      return;
    case "pods":
      return json(response, {
        kind: "PodList",
        apiVersion: "v1",
        metadata: {},
        items: o.workers.list().map(({ pod }) => pod),
      });
    case "containerLogs": {
      const [namespace = "", pod = "", container = ""] = rest;
      const now = o.now?.() ?? Date.now();
      return serveContainerLog(o.workers, { namespace, pod, container }, url.searchParams, response, now);
    }
    case "stats":
      return json(response, await summary(o.runtime, o.nodeName));
    case "metrics":
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end(await metrics(o.runtime));
      return;
    case "exec":
    case "attach":
    case "portForward":
      throw new HttpError(400, "Upgrade request required");
    default:
      throw new HttpError(404, "404 page not found");
  }
}

async function upgrade(
  o: ServerOptions,
  upgrader: StreamUpgrader,
  connection: Parameters<StreamUpgrader>[0],
): Promise<void> {
  const { request } = connection;
  authorize(request.socket as TLSSocket);
  const route = findStream(o, new URL(request.url ?? "/", "https://kubelet"));
  try {
    upgrader(connection, route, (error) =>
      o.log.debug("a stream broke off", { path: request.url?.split("?", 1)[0], error: messageOf(error) }),
    );
  } catch (error) {
    if (error instanceof NoCommonProtocol) throw new HttpError(403, error.message);
    throw error;
  }
}

function json(response: ServerResponse, body: object): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}

function refuse(log: Logger, response: ServerResponse, error: unknown): void {
  if (!(error instanceof HttpError)) log.warn("a request failed", { error: messageOf(error) });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(error instanceof HttpError ? error.status : 500, { "content-type": "text/plain" });
  response.end(messageOf(error));
}

function refuseUpgrade(log: Logger, socket: Duplex, error: unknown): void {
  if (!(error instanceof HttpError)) log.warn("a request failed", { error: messageOf(error) });
  const status = error instanceof HttpError ? error.status : 500;
  const body = messageOf(error);
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.end(head + body);
}
