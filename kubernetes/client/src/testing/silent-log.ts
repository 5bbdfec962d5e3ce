import type { Logger } from "@skiff/api";

/** A log that keeps nothing. */
export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };
