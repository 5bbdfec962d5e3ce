import type { Logger } from "@skiff/api";
import { type Client, informers } from "@skiff/client";
import { clusterView } from "./cluster-view.ts";
import { ClusterZone } from "./cluster-zone.ts";
import { Forwarder } from "./forwarder.ts";
import { listen } from "./listener.ts";
import { createResolver } from "./resolver.ts";
import { ReverseZone } from "./reverse-zone.ts";

export interface DnsOptions {
  readonly client: Client;
  /** An address of this machine; see `ensureAddress` for the cluster's DNS address. */
  readonly address: string;
  /** 53, or 0 for any free one. */
  readonly port: number;
  /** The cluster domain, such as `cluster.local`. */
  readonly domain: string;
  /** Servers for all other names: `address` or `address:port`, asked in this order. Our own address is left out. */
  readonly upstreams: readonly string[];
  /** Names of addresses in these ranges are looked up in the cluster only. */
  readonly serviceCidr: string;
  readonly podCidr: string;
  readonly log: Logger;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: { now(): number } | undefined;
  readonly random?: (() => number) | undefined;
}

/** A running server. */
export interface Dns extends AsyncDisposable {
  readonly port: number;
  /** Resolves when the server knows all Services; before, it answers questions about them with SERVFAIL. */
  readonly synced: Promise<void>;
}

/** Serves the cluster's DNS until disposed of. Resolves when it listens. */
export async function startDns(options: DnsOptions): Promise<Dns> {
  const { client, address, log, random = Math.random } = options;
  const domain = options.domain.toLowerCase().replace(/\.$/, "");
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const factory = informers(client, { log, signal });
  const view = clusterView(factory);
  const upstreams = options.upstreams.filter((server) => server !== address && server !== `${address}:${options.port}`);
  const now = options.clock ? options.clock.now.bind(options.clock) : Date.now;
  let ready = false;
  const answer = createResolver({
    zone: new ClusterZone({ domain, serverAddress: address, view }),
    reverse: new ReverseZone({ domain, cidrs: [options.serviceCidr, options.podCidr], view }),
    forwarder: new Forwarder({ upstreams, log, signal, now }),
    ready: () => ready,
    random,
  });
  const listener = await listen({ address, port: options.port, answer, log });
  factory.start();
  const synced = factory.synced(signal).then(() => {
    ready = true;
  });
  synced.catch(() => {}); // nobody has to wait for it; it fails only when the server stops before
  return {
    port: listener.port,
    synced,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await listener[Symbol.asyncDispose]();
    },
  };
}
