/** Keeps the condition Available of APIServices, and has the documents of those that are fetched. */
import { isConflict, isNotFound, type Transport } from "@skiff/api";
import type { APIService } from "@skiff/api/apiregistration/v1";
import type { Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { apiServices as apiServiceResource, endpointSlices, services } from "@skiff/api/resources";
import { timestamp } from "../objects/timestamp.ts";
import type { Log } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";
import { type ApiServices, isRemote, type RemoteApiService } from "./api-services.ts";
import { type Finding, failedDiscovery, findFault, LOCAL, PASSED } from "./availability.ts";

/** What the controller uses. */
export interface AvailabilityDeps {
  readonly apiServices: ApiServices;
  readonly caches: Caches;
  readonly transport: Transport;
  readonly clock: { now(): number };
  readonly log: Log;
  /** Asks the server for its documents. Rejects with why it does not answer. */
  refresh(service: RemoteApiService): Promise<void>;
  /** Forgets the documents of all but these. */
  keepOnly(services: Iterable<RemoteApiService>): void;
}

/** How often every server is looked at, without a reason to. */
const RESYNC_MS = 30_000;
/** Changes that come together are looked at together. */
const SETTLE_MS = 20;
/** How soon a failed look is repeated, doubled each time. */
const RETRY_MS = 250;

/** Runs until disposed. It does nothing while all APIServices are local. */
export function startAvailability(deps: AvailabilityDeps): Disposable {
  const { apiServices, caches, log } = deps;
  const retries = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  let running = false;
  let ended = false;

  const schedule = (ms: number) => {
    const at = performance.now() + ms;
    if (ended || at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(run, ms).unref();
  };
  const run = () => {
    due = Number.POSITIVE_INFINITY;
    if (running) return schedule(SETTLE_MS);
    running = true;
    lookAtAll()
      .catch((error) => {
        if (!ended) log.warn("cannot look after the APIServices", { error });
        schedule(RESYNC_MS);
      })
      .finally(() => {
        running = false;
      });
  };

  async function lookAtAll(): Promise<void> {
    const all = apiServices.all();
    deps.keepOnly(apiServices.remotes().values());
    await Promise.all(all.map(lookAt));
    if (apiServices.remotes().size > 0) schedule(RESYNC_MS);
  }

  async function lookAt(service: APIService): Promise<void> {
    const { name } = service.metadata;
    const finding = isRemote(service) ? await examine(service) : LOCAL;
    if (finding.reason === "FailedDiscoveryCheck") {
      const wait = Math.min(retries.get(name) ?? RETRY_MS, RESYNC_MS);
      retries.set(name, wait * 2);
      schedule(wait);
    } else retries.delete(name);
    await record(service, finding);
  }

  async function examine(service: RemoteApiService): Promise<Finding> {
    const { namespace = "", name = "" } = service.spec.service;
    const behind = caches.of(services).entries.get(`${namespace}/${name}`)?.object as unknown as Service | undefined;
    const slices = Array.from(caches.of(endpointSlices).entries.under(`${namespace}/`), ({ object }) => object).filter(
      ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name,
    ) as unknown as EndpointSlice[];
    const fault = findFault(service, behind, slices);
    if (fault) return fault;
    try {
      await deps.refresh(service);
      return PASSED;
    } catch (error) {
      return failedDiscovery(error instanceof Error ? error.message : String(error));
    }
  }

  async function record(service: APIService, { status, reason, message }: Finding): Promise<void> {
    const { name, resourceVersion } = service.metadata;
    const conditions = service.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === "Available");
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const since = before?.status === status ? before.lastTransitionTime : timestamp(deps.clock.now());
    const condition = { type: "Available", status, lastTransitionTime: since, reason, message };
    const others = conditions.filter(({ type }) => type !== "Available");
    const body = { metadata: { resourceVersion }, status: { conditions: [...others, condition] } };
    const at = { resource: apiServiceResource, name, subresource: "status" };
    try {
      await deps.transport.call({ verb: "patch", ...at, patchType: "merge", body });
    } catch (error) {
      // Whoever changed or removed it meanwhile has us look again.
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }

  const whenBehindRemote = (key: string) => {
    const namespace = key.slice(0, key.indexOf("/"));
    for (const { spec } of apiServices.remotes().values()) {
      if (spec.service.namespace === namespace) return schedule(SETTLE_MS);
    }
  };
  caches.of(apiServiceResource).onChange(() => schedule(SETTLE_MS));
  caches.of(services).onChange(whenBehindRemote);
  caches.of(endpointSlices).onChange(whenBehindRemote);
  schedule(0);
  return {
    [Symbol.dispose]() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
