/** TLS on one port: HTTP/2 and HTTP/1.1 by ALPN, upgrades on the latter. */
import type { IncomingMessage } from "node:http";
import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { type Duplex, pipeline, Readable } from "node:stream";
import { createServer as createTls, type TLSSocket } from "node:tls";
import { type PeerIdentity, peerIdentities } from "../authentication/certificate-user.ts";
import type { Call, Handler, Incoming } from "../call.ts";
import { newCall } from "../new-call.ts";
import { render } from "../rendering/render.ts";
import type { ApiServerOptions, Log } from "../server-options.ts";
import { http1Incoming, http1Outgoing } from "./http1-exchange.ts";
import { http2Incoming, http2Outgoing } from "./http2-exchange.ts";
import type { Outgoing } from "./outgoing.ts";
import { respond } from "./respond.ts";

// An import of the module would load all it exports, undici among it: 20 ms of every start.
const { createServer: createHttp1, STATUS_CODES } = process.getBuiltinModule("node:http");

/** A port being served. Disposing it stops accepting, and cuts what is still open. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

const MAX_STREAMS = 1000;
/** What one connection may have under way. A client that lists many large collections at once has much of it. */
const MAX_SESSION_MB = 256;
/** Streams that a client may give up per second, and at once. Ending a watch is giving one up: the default of 33 a second cut busy clients off. */
const RESETS = { streamResetRate: 1000, streamResetBurst: 10_000 };
/** Selectors of controllers that watch many names are long, and travel in the URL. */
const MAX_HEADER_BYTES = 256 * 1024;

/** How long clients may take, in milliseconds. */
export interface Patience {
  /** To say what they want. */
  readonly head: number;
  /** To say all of it. */
  readonly request: number;
}

const PATIENCE: Patience = { head: 10_000, request: 60_000 };
/** Paths below which another protocol may be spoken. */
const UPGRADABLE = /\/(exec|attach|portforward|proxy)([/?]|$)/;

/** Serves `handler` on a port. `upgradable`: further paths where another protocol may be spoken. Rejects when the port cannot be had. */
export async function listen(
  handler: Handler,
  tls: NonNullable<ApiServerOptions["tls"]> & { readonly requestHeaderCa?: string | undefined },
  at: { readonly host: string; readonly port: number },
  log: Log,
  upgradable: (path: string) => boolean = () => false,
  patience: Patience = PATIENCE,
): Promise<Listener> {
  const sockets = new Set<Duplex>();
  const peerOf = peersOf(peerIdentities(tls));
  const serve = async (incoming: Incoming, outgoing: Outgoing) => {
    try {
      const call = newCall(incoming);
      await respond(call, await handler(call), outgoing);
    } catch (error) {
      log.error("cannot write an answer", { path: incoming.url.split("?", 1)[0], error });
      outgoing.send(500, {}, "");
    }
  };

  const http1 = createHttp1({
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: Math.min(patience.head / 2, 5000),
    keepAliveTimeout: 120_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Elsewhere an offer to change the protocol is one the server need not take: the answer is the usual one.
    shouldUpgradeCallback: ({ url = "" }) => UPGRADABLE.test(url) || upgradable(url),
  });
  // A server looks after slow clients from when it listens. This one is handed its connections by the TLS server below.
  http1.emit("listening");
  http1.on("request", (message, response) => {
    const incoming = http1Incoming(message, peerOf(message.socket as TLSSocket), (done) =>
      response.once("close", done),
    );
    void serve(incoming, http1Outgoing(response));
  });
  http1.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    const peer = peerOf(message.socket as TLSSocket);
    const incoming = http1Incoming(message, peer, (done) => socket.once("close", done), { socket, head });
    socket.on("error", (error) => log.debug("upgraded connection failed", { error }));
    const call = newCall(incoming);
    handler(call).then(
      (reply) => {
        if (reply.type === "tunnel") reply.run(socket, head);
        else refuseUpgrade(call, reply, socket);
      },
      (error) => {
        log.error("cannot answer an upgrade", { path: call.path, error });
        socket.destroy();
      },
    );
  });

  const onSession = (session: ServerHttp2Session, socket: TLSSocket) => {
    const peer = peerOf(socket);
    session.on("error", (error) => log.debug("HTTP/2 session failed", { error }));
    session.on("stream", (stream, headers) => {
      stream.on("error", (error) => log.debug("HTTP/2 stream failed", { error }));
      void serve(http2Incoming(stream, headers, peer), http2Outgoing(stream));
    });
  };

  const server = createTls(
    {
      cert: tls.cert,
      key: tls.key,
      ca: tls.requestHeaderCa === undefined ? tls.clientCa : [tls.clientCa, tls.requestHeaderCa],
      requestCert: true,
      rejectUnauthorized: false, // without a certificate a client may still bring a token; peerOf checks what it brings
      minVersion: "TLSv1.2",
      ALPNProtocols: ["h2", "http/1.1"],
      handshakeTimeout: patience.head,
    },
    (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      socket.setNoDelay(true);
      if (socket.alpnProtocol === "h2") {
        const session = performServerHandshake(socket, {
          maxSessionMemory: MAX_SESSION_MB,
          ...RESETS,
          settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
        });
        onSession(session, socket);
      } else http1.emit("connection", socket);
    },
  );
  server.on("tlsClientError", (error) => log.debug("TLS handshake failed", { error }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      http1.closeAllConnections();
      http1.close();
      await closed;
    },
  };
}

/** Who is at the other end, found out once per connection. */
function peersOf(identityOf: (socket: TLSSocket) => PeerIdentity) {
  const peers = new WeakMap<TLSSocket, PeerIdentity & { readonly remoteAddress: string }>();
  return (socket: TLSSocket) => {
    let peer = peers.get(socket);
    if (!peer) {
      peer = { remoteAddress: socket.remoteAddress ?? "", ...identityOf(socket) };
      peers.set(socket, peer);
    }
    return peer;
  };
}

/** Answers in HTTP a request that asked for another protocol: with the refusal, or with what the kubelet said instead. */
function refuseUpgrade(call: Call, reply: Awaited<ReturnType<Handler>>, socket: Duplex): void {
  const begin = (code: number, contentType: string) =>
    socket.write(
      `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ""}\r\ncontent-type: ${contentType}\r\nconnection: close\r\n\r\n`,
    );
  if (reply.type === "raw") {
    begin(reply.code, reply.contentType);
    if (reply.body instanceof Readable)
      pipeline(reply.body, socket, () => undefined); // either side may leave early
    else socket.end(reply.body);
  } else if (reply.type === "object") {
    begin(reply.code, "application/json");
    socket.end(render(reply, call.accepted).bytes);
  } else {
    if (reply.type === "watch") void reply.groups[Symbol.asyncIterator]().return?.();
    begin(400, "text/plain");
    socket.end("this path cannot be upgraded\n");
  }
}
