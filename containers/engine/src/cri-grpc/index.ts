/** The door `@skiff/engine/cri-grpc`: the Container Runtime Interface between processes, both of its ends. `@skiff/engine/cri-serving` is the door of the one that costs nothing until it is used. */
export { type CriConnection, connectCri } from "./connect-cri.ts";
export { type CriServerOptions, serveCri } from "./serve-cri.ts";
