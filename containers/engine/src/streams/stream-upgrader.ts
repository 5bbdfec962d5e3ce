/** How clients come to a stream: a connection that is upgraded to WebSocket or SPDY/3.1, in a protocol that both sides know. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** What serves a stream, by the way the client comes. Promises resolve when the stream is over. Protocols stand best first. */
export interface StreamRoute {
  readonly webSocket: {
    readonly protocols: readonly string[];
    serve(socket: WebSocket, protocol: string): Promise<void>;
  };
  readonly spdy: {
    readonly protocols: readonly string[];
    serve(transport: Duplex): Promise<void>;
  };
}

/** Client and server know no protocol in common. */
export class NoCommonProtocol extends Error {
  override readonly name = "NoCommonProtocol";
}

/** Upgrades the connection a request came with, and serves it; `broken` is told of a stream that ends in an error. Throws NoCommonProtocol, with nothing written yet. */
export type StreamUpgrader = (
  connection: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  route: StreamRoute,
  broken: (error: unknown) => void,
) => void;

const MAX_MESSAGE = 2 * 1024 * 1024;

/** An upgrader for one server. */
export function createStreamUpgrader(): StreamUpgrader {
  /** The protocol of each connection that is being upgraded. */
  const agreed = new WeakMap<IncomingMessage, string>();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  webSockets.on("headers", (headers, request) => {
    headers.push(`Sec-WebSocket-Protocol: ${agreed.get(request)}`);
  });

  return ({ request, socket, head }, { webSocket, spdy }, broken) => {
    if (request.headers.upgrade?.toLowerCase() === "spdy/3.1") {
      const protocol = choose(spdy.protocols, request.headers["x-stream-protocol-version"]);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
      );
      socket.unshift(head);
      spdy.serve(socket).catch(broken);
      return;
    }
    const protocol = choose(webSocket.protocols, request.headers["sec-websocket-protocol"]);
    // The library would take the client's first, and refuses names that are no tokens, as kubectl's tunnel has one: `headers` answers.
    delete request.headers["sec-websocket-protocol"];
    agreed.set(request, protocol);
    webSockets.handleUpgrade(request, socket, head, (upgraded) => {
      webSocket.serve(upgraded, protocol).catch((error: unknown) => {
        broken(error);
        upgraded.terminate();
      });
    });
  };
}

function choose(known: readonly string[], offered: string | readonly string[] | undefined): string {
  const names = String(offered ?? "")
    .split(",")
    .map((name) => name.trim());
  const chosen = known.find((name) => names.includes(name));
  if (chosen !== undefined) return chosen;
  throw new NoCommonProtocol(`unable to upgrade: unable to negotiate protocol: client supports ${names}`);
}
