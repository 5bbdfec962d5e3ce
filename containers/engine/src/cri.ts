/** The door `@skiff/engine/cri`: the Container Runtime Interface v1 as types, its errors, and in-process streaming. */
export { CriError, criCode } from "./cri-error.ts";
export type * from "./generated/cri.ts";
export type { Session, SessionExit, Streaming } from "./streaming.ts";
