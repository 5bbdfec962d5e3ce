import type { TestContext } from "node:test";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { startTestApiServer } from "@skiff/apiserver/testing";
import { type Client, createClient, type Informer, informers } from "@skiff/client";
import { startControllers } from "../src/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const PATIENCE_MS = 10_000;

export interface Cluster {
  readonly client: Client;
  /** Resolves when `holds` answers something true of the informer's objects; rejects after ten seconds. */
  until<T, R>(informer: Informer<T>, holds: (objects: readonly T[]) => R | undefined | false): Promise<R>;
  readonly watch: ReturnType<typeof informers>;
}

/** A real API server with every controller, but nothing that runs pods: see `runPods`. */
export async function startCluster(t: TestContext): Promise<Cluster> {
  const last: (() => Promise<void> | void)[] = [];
  const { api } = await startTestApiServer({
    after: (stopServer: () => Promise<void>) => void last.push(stopServer),
  } as Pick<TestContext, "after">);
  const stop = new AbortController();
  const transport = api.localTransport({ name: "system:kube-controller-manager", groups: ["system:masters"] });
  const client = createClient(transport);
  const controllers = await startControllers({
    client,
    log: silent,
    signal: stop.signal,
    rootCa: "-----BEGIN CERTIFICATE-----",
    clusterCidr: "10.244.0.0/16",
  });
  const watch = informers(client, { log: silent, signal: stop.signal });
  watch.start();
  t.after(async () => {
    stop.abort();
    await controllers.stopped;
    // The server goes last: what is under way still wants its answer.
    for (const stopServer of last) await stopServer();
  });
  return { client, watch, until };
}

function until<T, R>(informer: Informer<T>, holds: (objects: readonly T[]) => R | undefined | false): Promise<R> {
  const { promise, resolve, reject } = Promise.withResolvers<R>();
  const check = () => {
    const found = holds(informer.cache.list());
    if (found) resolve(found);
  };
  const late = setTimeout(() => {
    reject(new Error(`waited in vain; the last state was ${JSON.stringify(informer.cache.list())}`));
  }, PATIENCE_MS);
  const stop = informer.on({ add: check, update: check, delete: check });
  check();
  return promise.finally(() => {
    clearTimeout(late);
    stop();
  });
}

/** Does to pods what a node would: they run and are ready at once, and go when deleted. `statusFor` may say otherwise. */
export function runPods({ client, watch }: Cluster, statusFor: (pod: Pod) => Pod["status"] = running): void {
  const settle = (pod: Pod) => {
    const work = pod.metadata.deletionTimestamp
      ? client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 })
      : pod.status?.phase === "Pending"
        ? client.updateStatus(pods, { ...pod, status: statusFor(pod) })
        : Promise.resolve();
    // Whoever else changed it brings it here again.
    work.catch(() => {});
  };
  watch.for(pods).on({ add: settle, update: settle });
}

let addresses = 0;

export function running(_pod: Pod): Pod["status"] {
  const at = new Date().toISOString();
  addresses++;
  const podIP = `10.244.${addresses >> 8}.${addresses & 255}`;
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime: at }];
  return { phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions };
}
