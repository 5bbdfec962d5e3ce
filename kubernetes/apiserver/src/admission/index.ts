import type { Caches } from "../state/caches.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds/default-toleration-seconds.ts";
import { namespaceLifecycle } from "./namespace-lifecycle/namespace-lifecycle.ts";
import { priority } from "./priority/priority.ts";
import { serviceAccount } from "./service-account/service-account.ts";
import { storageClassDefault } from "./storage-class-default/storage-class-default.ts";

/** What the plugins read. */
export interface AdmissionDeps {
  readonly caches: Caches;
}

/** The admission plugins in the order they run. */
export function admissionPlugins(deps: AdmissionDeps): readonly AdmissionPlugin[] {
  return [
    namespaceLifecycle(deps),
    serviceAccount(deps),
    priority(deps),
    defaultTolerationSeconds(),
    storageClassDefault(deps),
  ];
}
