/** The door `@skiff/engine/streams`: exec, attach and port-forward as Kubernetes' clients speak them, over WebSocket and SPDY. */
export { PORT_FORWARD_PROTOCOLS, servePortForward } from "./port-forward.ts";
export { SESSION_PROTOCOLS, serveSession } from "./session.ts";
