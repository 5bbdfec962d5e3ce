/** The Kubernetes API as data: what is served, how objects are read, checked, patched, selected and shown. */
export * from "./errors.ts";
export { quote } from "./go-format.ts";
export type { Logger } from "./logger.ts";
export * from "./names.ts";
export * from "./resource-info.ts";
export { findKind, findResource, resources } from "./resources.ts";
export * from "./rules/field-error.ts";
export * from "./rules/kind-rules.ts";
export type * from "./transport.ts";
