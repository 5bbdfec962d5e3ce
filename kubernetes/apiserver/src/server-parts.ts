import type { Store } from "@skiff/store";
import type { Admission } from "./admission/admission.ts";
import type { Audit } from "./audit/audit.ts";
import type { Authentication } from "./authentication/authentication.ts";
import type { TokenAuthority } from "./authentication/service-account-tokens.ts";
import type { Authorizer } from "./authorization/authorizer.ts";
import type { KubeletProxy } from "./kubelet/kubelet-proxy.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { WebhookClient } from "./outbound/webhook-client.ts";
import type { FlowControl } from "./priority/flow-control.ts";
import type { ApiServerOptions, Log } from "./server-options.ts";
import type { EventLeases } from "./services/event-leases.ts";
import type { ServiceAllocator } from "./services/service-allocator.ts";
import type { Caches } from "./state/caches.ts";
import type { ObjectWriter } from "./state/object-writer.ts";
import type { ServedResources } from "./state/served-resources.ts";

/** The parts of a running server, as filters and handlers use them: each names the ones it needs with `Pick`. */
export interface Server {
  readonly options: ApiServerOptions;
  readonly store: Store;
  readonly log: Log;
  readonly clock: { now(): number };
  readonly caches: Caches;
  readonly served: ServedResources;
  readonly writer: ObjectWriter;
  readonly admission: Admission;
  readonly authorizer: Authorizer;
  readonly audit: Audit | undefined;
  readonly authentication: Authentication;
  readonly tokens: TokenAuthority;
  readonly allocator: ServiceAllocator;
  readonly eventLeases: EventLeases;
  readonly kubelet: KubeletProxy;
  readonly webhooks: WebhookClient;
  readonly flowControl: FlowControl;
  readonly metrics: Metrics;
}
