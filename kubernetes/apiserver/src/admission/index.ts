import type { Server } from "../server-parts.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds/default-toleration-seconds.ts";
import { namespaceLifecycle } from "./namespace-lifecycle/namespace-lifecycle.ts";
import { priority } from "./priority/priority.ts";
import { serviceAccount } from "./service-account/service-account.ts";
import { storageClassDefault } from "./storage-class-default/storage-class-default.ts";

/** What the plugins read, and the writer with which the quota is kept. */
export type AdmissionDeps = Pick<Server, "caches" | "writer" | "authorizer" | "clock" | "log" | "options">;

/** The admission plugins in the order they run. */
export function admissionPlugins(deps: AdmissionDeps): readonly AdmissionPlugin[] {
  return [
    namespaceLifecycle(deps),
    serviceAccount(deps),
    priority(deps),
    defaultTolerationSeconds(),
    storageClassDefault(deps),
    // Policies and webhooks see what all others have made of the object; the quota counts what has passed everything.
  ];
}
