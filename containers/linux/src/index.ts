/** `@skiff/linux`: the kernel. The only room that calls it beyond what Node offers. */
export { type Logger, silentLogger } from "./logger.ts";
