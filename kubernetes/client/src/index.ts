export type { Call, Transport, WatchCall, WatchEvent } from "@skiff/api";
export { ItemBackoff, TokenBucket } from "./backoff.ts";
export {
  type Client,
  createClient,
  type DeleteOptions,
  type Identified,
  type Key,
  type List,
  type ListOptions,
  type PatchOptions,
  type WatchOptions,
  type WriteOptions,
} from "./client.ts";
export { type ControllerMetrics, type ControllerOptions, runController } from "./controller.ts";
export { delay } from "./delay.ts";
export type { ObjectReference } from "./events/correlator.ts";
export { EventRecorder, type EventRecorderOptions, referenceTo } from "./events/event-recorder.ts";
export { type HttpTransportOptions, httpTransport } from "./http/http-transport.ts";
export { tokenFile } from "./http/token-file.ts";
export {
  type Cache,
  type Cacheable,
  cacheKey,
  type Handlers,
  type Informer,
  type InformerFactory,
  type Selection,
} from "./informer.ts";
export { informers } from "./informer-factory.ts";
export { type LeaderElectionOptions, leaderElection } from "./leader-election/leader-election.ts";
export { type Again, mapped, owner, type Reconciler, self, type Watch } from "./reconciler.ts";
export { microTime, timestamp } from "./timestamp.ts";
export { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
