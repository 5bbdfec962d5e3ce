/** `@skiff/engine`: images, snapshots, sandboxes and containers on one machine. */
export { isSystemError, type Logger, openInRoot } from "@skiff/linux";
export type * from "./container-spec.ts";
export type * from "./containers.ts";
export type * from "./content-store.ts";
export type { Engine, EngineOptions } from "./engine.ts";
export { EngineError, type EngineErrorCode, isEngineError } from "./engine-error.ts";
export type * from "./image-store.ts";
export type * from "./networks.ts";
export { openEngine } from "./open-engine.ts";
export { pacer } from "./pacer.ts";
export { purgeEngine } from "./purge-engine.ts";
export { parseSeccompProfile } from "./runtime/seccomp-profile.ts";
export { type SecurityModules, securityModules } from "./runtime/security-modules.ts";
export type * from "./sandboxes.ts";
export type * from "./snapshots.ts";
export type * from "./streaming.ts";
export type * from "./user-networks.ts";
export type * from "./volumes.ts";
