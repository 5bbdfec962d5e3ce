export type * from "./framework.ts";
export { fits, neverFits, noRoom } from "./framework.ts";
export type { NodeInfo } from "./node-info.ts";
export { defaultProfile } from "./plugins/index.ts";
export type { PodInfo } from "./pod-info.ts";
export { type SchedulerOptions, startScheduler } from "./scheduler.ts";
