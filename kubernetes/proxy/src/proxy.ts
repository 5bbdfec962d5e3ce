import type { Logger } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { endpointSlices, services } from "@skiff/api/resources";
import { type Client, cacheKey, informers } from "@skiff/client";
import { allowLocalNodePorts, trackBridgedPackets } from "./kernel-settings.ts";
import { type NftRunner, nftRunner } from "./nft.ts";
import { planService, type UdpTarget } from "./plan.ts";
import { tablesThatSwitchedLocalnet } from "./remove-proxy-rules.ts";
import { RuleApplier } from "./rule-applier.ts";
import { RuleModel } from "./rule-model.ts";
import { flowForgetter, type StaleFlow, staleFlows } from "./stale-flows.ts";

export interface ProxyOptions {
  /** Tells this node's endpoints from others, for the Local traffic policies and the hairpin rules. */
  readonly nodeName: string;
  readonly client: Client;
  /** The one nftables table (family ip) this proxy owns. */
  readonly tableName: string;
  /** Traffic from here keeps its source address. Absent: all traffic to a ClusterIP is masqueraded. */
  readonly podCidr?: string | undefined;
  /** Not used: node ports answer on every local address. */
  readonly nodeAddresses?: readonly string[] | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** How nft is run; tests run it in a network namespace. */
  readonly nft?: NftRunner | undefined;
}

/** What kube-proxy leaves alone too: Services that another proxy handles, and those without a ClusterIP. */
const OURS = "!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name";

/** A running proxy. Disposing of it stops the updates; the rules stay, and so does the traffic. */
export interface Proxy extends AsyncDisposable {
  /** Resolves when the kernel first had the rules for everything known at the start. */
  readonly synced: Promise<void>;
}

const SERVICE_NAME = "kubernetes.io/service-name";

/**
 * Keeps one nftables table equal to what the cluster's Services and EndpointSlices ask for, until `signal` aborts or it is
 * disposed of. The table a former process left keeps working until the first complete state replaces it in one transaction.
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { client, log, tableName, podCidr } = options;
  if (!/^[A-Za-z][\w.-]{0,100}$/.test(tableName)) throw new TypeError(`Cannot name a table so: ${tableName}`);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const run = options.nft ?? nftRunner();
  const switchedLocalnet = !allowLocalNodePorts() || (await tablesThatSwitchedLocalnet(run)).length > 0;
  const model = new RuleModel({ tableName, podCidr, bridgeNetfilter: trackBridgedPackets(), switchedLocalnet });
  const factory = informers(client, { log, signal });
  const serviceInformer = factory.for(services, { labelSelector: OURS });
  const sliceInformer = factory.for(endpointSlices, { labelSelector: OURS });
  sliceInformer.cache.addIndex("service", (slice) => serviceOf(slice));

  const udp = new Map<string, readonly UdpTarget[]>();
  const forget = flowForgetter(log);
  let stale: StaleFlow[] = [];
  let forgetting: Promise<void> = Promise.resolve();
  const synced = Promise.withResolvers<void>();
  synced.promise.catch(() => {}); // nobody has to wait for it
  const applier = new RuleApplier({
    model,
    run,
    log,
    signal,
    applied() {
      synced.resolve();
      const flows = stale;
      stale = [];
      if (flows.length === 0) return;
      forgetting = forgetting
        .then(() => forget(flows))
        .catch((error: unknown) => log.warn("stale UDP flows not forgotten", { error }));
    },
  });

  const look = (key: string): void => {
    const service = serviceInformer.cache.get(key);
    const rules = service && planService(service, sliceInformer.cache.byIndex("service", key), options);
    stale.push(...staleFlows(udp.get(key) ?? [], rules?.udp ?? []));
    if (rules && rules.udp.length > 0) udp.set(key, rules.udp);
    else udp.delete(key);
    model.replace(key, rules);
  };
  const changed = (key: string): void => {
    look(key);
    applier.poke();
  };

  const start = async (): Promise<void> => {
    factory.start();
    await factory.synced(signal);
    for (const service of serviceInformer.cache.list()) look(cacheKey(service));
    const onService = (service: Service) => changed(cacheKey(service));
    const onSlice = (slice: EndpointSlice) => serviceOf(slice).forEach(changed);
    serviceInformer.on({ add: onService, update: onService, delete: onService });
    sliceInformer.on({
      add: onSlice,
      update(slice, old) {
        onSlice(slice);
        if (serviceOf(slice)[0] !== serviceOf(old)[0]) onSlice(old);
      },
      delete: onSlice,
    });
    applier.poke();
  };
  signal.addEventListener("abort", () => synced.reject(signal.reason), { once: true });
  start().catch((error: unknown) => {
    synced.reject(error);
    if (!signal.aborted) log.error("proxy not started", { error });
  });
  return {
    synced: synced.promise,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await applier.idle();
      await forgetting;
    },
  };
}

function serviceOf(slice: EndpointSlice): string[] {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  return name ? [`${slice.metadata.namespace}/${name}`] : [];
}
