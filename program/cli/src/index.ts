export { type InstanceChoice, type Layout, layoutFor, runtimeDirectory } from "./layout.ts";
