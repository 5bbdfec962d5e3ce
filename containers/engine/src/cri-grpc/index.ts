/** The door `@skiff/engine/cri-grpc`: the Container Runtime Interface between processes, both of its ends. */
export { type CriConnection, connectCri } from "./connect-cri.ts";
export { type CriServerOptions, serveCri } from "./serve-cri.ts";
