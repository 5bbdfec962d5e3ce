import type { Logger } from "@skiff/api";
import {
  type Client,
  type ControllerMetrics,
  EventRecorder,
  informers,
  leaderElection,
  runController,
} from "@skiff/client";
import type { CertificateSigner } from "./certificates/signer.ts";
import type { ControllerDeps } from "./controller.ts";
import { controllers } from "./controllers.ts";
import type { LegacyTokens } from "./service-account-token/service-account-token.ts";

export interface ControllersOptions {
  readonly client: Client;
  readonly log: Logger;
  /** Stops everything; so does disposing what `startControllers` answers. */
  readonly signal: AbortSignal;
  /** The certificate authority pods trust the API server by, in PEM. */
  readonly rootCa: string;
  /** Signs certificate requests; they stay unsigned when missing. */
  readonly certificates?: CertificateSigner | undefined;
  /** Issues tokens to keep in Secrets; none are when missing. */
  readonly legacyTokens?: LegacyTokens | undefined;
  /** Where node pod ranges are taken from, such as `10.244.0.0/16`. */
  readonly clusterCidr: string;
  readonly clock?: { now(): number } | undefined;
  readonly metrics?: ControllerMetrics | undefined;
  /** With several control planes: only the one that holds the Lease `kube-system/kube-controller-manager` acts. */
  readonly leaderElection?: { readonly identity: string } | undefined;
}

/** Running controllers. */
export interface Controllers extends AsyncDisposable {
  /** Resolves when they have stopped: by the signal, by disposal, or by losing the lead. */
  readonly stopped: Promise<void>;
}

/**
 * Starts every controller, all sharing one set of informers. Resolves when their caches hold the cluster's state, or at
 * once where a leader is elected. What a controller throws is logged and tried again; none can stop another.
 */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const { client, log, clock = Date } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);

  let synced = Promise.resolve();
  const run = (until: AbortSignal) => {
    const factory = informers(client, { log, signal: until });
    const recorder = (component: string) =>
      new EventRecorder({ client, component, log, signal: until, now: () => clock.now() });
    const { rootCa, clusterCidr, certificates, legacyTokens } = options;
    const deps: ControllerDeps = {
      client,
      informers: factory,
      log,
      clock,
      signal: until,
      recorder,
      rootCa,
      clusterCidr,
      certificates,
      legacyTokens,
    };
    const running = controllers.map((make) =>
      runController(make(deps), { log, signal: until, metrics: options.metrics }),
    );
    factory.start();
    synced = factory.synced(until);
    return Promise.all(running).then(() => undefined);
  };

  const election = options.leaderElection;
  const stopped = election
    ? leaderElection(client, {
        namespace: "kube-system",
        name: "kube-controller-manager",
        lead: run,
        log,
        signal,
        clock,
        ...election,
      }).then(() => undefined)
    : run(signal);
  stopped.catch((error: unknown) => log.error("controllers stopped", { error }));
  if (!election) await synced;
  return {
    stopped,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stopped;
    },
  };
}
