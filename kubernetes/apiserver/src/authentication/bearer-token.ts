import type { Incoming } from "../call.ts";

/** How a WebSocket client in a browser, which cannot set headers, brings its token. */
const PROTOCOL = "base64url.bearer.authorization.k8s.io.";

/** The bearer token of a request (RFC 6750), or undefined where it brings none. */
export function bearerToken(incoming: Incoming): string | undefined {
  const header = incoming.header("authorization");
  if (header !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token !== undefined) return token;
  }
  if (incoming.upgrade === undefined) return undefined;
  const protocols = (incoming.header("sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim());
  const carrier = protocols.find((protocol) => protocol.startsWith(PROTOCOL));
  return carrier && Buffer.from(carrier.slice(PROTOCOL.length), "base64url").toString();
}
