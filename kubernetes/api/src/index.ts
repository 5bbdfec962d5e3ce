/**
 * The Kubernetes API as data: what is served, names, selectors, quantities, errors. Light, because every process loads it;
 * what an API server does to objects is `@skiff/api/server`.
 */
export * from "./errors.ts";
export { quote } from "./go-format.ts";
export * from "./labels.ts";
export type { Logger } from "./logger.ts";
export * from "./meta.ts";
export * from "./names.ts";
export * from "./quantity.ts";
export * from "./resource-info.ts";
export { findKind, findResource, resources } from "./resources.ts";
export * from "./rules/field-error.ts";
export type * from "./rules/kind-rules.ts";
export type * from "./transport.ts";
