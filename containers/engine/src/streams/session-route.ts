import { SESSION_PROTOCOLS, serveSession } from "./session.ts";
import { SPDY_SESSION_PROTOCOLS, type SpdySessionPurpose, serveSpdySession } from "./spdy-session.ts";
import type { StreamRoute } from "./stream-upgrader.ts";

/** The route to an exec or attach session, however the client comes. */
export function sessionRoute(purpose: SpdySessionPurpose): StreamRoute {
  return {
    webSocket: {
      protocols: SESSION_PROTOCOLS,
      serve: (socket, protocol) => serveSession(socket, protocol, purpose),
    },
    spdy: {
      protocols: SPDY_SESSION_PROTOCOLS,
      serve: (transport) => serveSpdySession(transport, purpose),
    },
  };
}
