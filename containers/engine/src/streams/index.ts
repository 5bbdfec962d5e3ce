/** The door `@skiff/engine/streams`: exec, attach and port-forward as Kubernetes' clients speak them, over WebSocket and SPDY. */
export { portForwardRoute } from "./port-forward.ts";
export { sessionRoute } from "./session-route.ts";
export { createStreamUpgrader, NoCommonProtocol, type StreamRoute, type StreamUpgrader } from "./stream-upgrader.ts";
