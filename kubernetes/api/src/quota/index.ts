/** Resource quotas: what objects cost, and which quotas are about them. */
export * from "./amounts.ts";
export * from "./evaluator.ts";
export { scopesOf } from "./scopes.ts";
