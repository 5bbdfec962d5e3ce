/** Wires the kubelet of one node together. */
import { mkdir } from "node:fs/promises";
import { hostname, totalmem } from "node:os";
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import type { Service, Taint } from "@skiff/api/core/v1";
import { nodes, pods, services } from "@skiff/api/resources";
import { type Client, EventRecorder, informers } from "@skiff/client";
import type { ImageService, RuntimeService, Streaming } from "@skiff/engine/cri";
import { mountsBelow, unmount } from "@skiff/linux";
import { messageOf } from "./container/start-error.ts";
import { ImageManager } from "./images/image-manager.ts";
import { LogRotator } from "./log-rotation/log-rotator.ts";
import { capacity } from "./node/machine.ts";
import { NodeAgent } from "./node/node-agent.ts";
import type { NodeContext } from "./pods/node-context.ts";
import { PodWorkers } from "./pods/pod-workers.ts";
import { hostResolver } from "./sandbox/resolver.ts";
import { type KubeletServer, startServer } from "./server/server.ts";
import { claimStore } from "./volumes/claim-store.ts";
import { ConfigStore } from "./volumes/config-store.ts";
import { kernelMounter } from "./volumes/mounter.ts";
import { TokenStore } from "./volumes/token-store.ts";

export interface KubeletOptions {
  readonly nodeName: string;
  readonly client: Client;
  readonly runtime: {
    readonly runtimeService: RuntimeService;
    readonly imageService: ImageService;
    readonly streaming: Streaming;
  };
  /** Where Pod directories and logs are kept. */
  readonly root: string;
  /** The node's own address. */
  readonly address: string;
  /** Of the kubelet API; 0 takes a free one. */
  readonly port: number;
  readonly tls: {
    readonly cert: string | Buffer;
    readonly key: string | Buffer;
    /** Who signs the certificates of those who may call the kubelet API. */
    readonly clientCa: string | Buffer;
  };
  readonly clusterDns: string;
  readonly clusterDomain: string;
  /** Cgroup that `kubepods` lies below, such as "/skiff-default". Default the machine's own. */
  readonly cgroupRoot?: string | undefined;
  readonly log: Logger;
  readonly clock?: { now(): number } | undefined;
  /** Given to the node when it registers first. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly taints?: readonly Taint[] | undefined;
}

export interface Kubelet extends AsyncDisposable {
  /** Of the kubelet API. */
  readonly port: number;
}

/**
 * Starts the kubelet; resolves when its API listens. It registers its node and takes up its Pods as soon as the API server
 * answers, adopting what runs already. Disposing of it leaves every container running.
 */
export async function startKubelet(o: KubeletOptions): Promise<Kubelet> {
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const { signal } = stop;
  const { client, log, nodeName } = o;
  const now = () => o.clock?.now() ?? Date.now();
  const { runtimeService: runtime, imageService, streaming } = o.runtime;
  await mkdir(join(o.root, "pods"), { recursive: true, mode: 0o750 });

  const [version, allocatable, resolver] = await Promise.all([runtime.version({}), capacity(o.root), hostResolver()]);
  const factory = informers(client, { log, signal });
  const ownPods = factory.for(pods, { fieldSelector: `spec.nodeName=${nodeName}` });
  const ownNode = factory.for(nodes, { fieldSelector: `metadata.name=${nodeName}` });
  const allServices = factory.for(services);
  const context: NodeContext = {
    nodeName,
    nodeHostname: hostname(),
    hostIPs: [o.address],
    root: o.root,
    clusterDns: o.clusterDns,
    clusterDomain: o.clusterDomain,
    cgroupRoot: o.cgroupRoot,
    hostResolver: resolver,
    machineMemory: totalmem(),
    allocatable,
    runtimeName: version.runtimeName,
    runtime,
    images: new ImageManager({ images: imageService, now }),
    client,
    config: new ConfigStore({ client, log, signal }),
    claims: claimStore({ client, signal }),
    tokens: new TokenStore({ client, now }),
    mounter: kernelMounter,
    recorder: new EventRecorder({ client, component: "kubelet", host: nodeName, log, signal, now }),
    services: (namespace, links) => visibleServices(namespace, links, allServices.cache),
    log,
    now,
  };
  const workers = stack.use(new PodWorkers(context));
  const running = () =>
    workers.list().flatMap(({ observed }) => observed.containers.filter(({ state }) => state === "running"));
  stack.use(new LogRotator({ runtime, running, log, now }));
  const server: KubeletServer = stack.use(
    await startServer({ port: o.port, tls: o.tls, workers, runtime, streaming, nodeName, log, signal }),
  );
  stack.use(
    new NodeAgent({
      nodeName,
      addresses: [o.address],
      port: server.port,
      capacity: allocatable,
      labels: o.labels ?? {},
      taints: o.taints ?? [],
      runtimeVersion: `${version.runtimeName}://${version.runtimeVersion}`,
      runtime,
      images: imageService,
      client,
      informer: ownNode,
      log,
      now,
    }),
  );
  factory.start();
  // Pods are taken up once the Services they are to be told of are known; an unreachable server must not hold up the start.
  const takeUp = async () => {
    await factory.synced(signal);
    ownPods.on({
      add: (pod) => workers.put(pod),
      update: (pod) => workers.put(pod),
      delete: (pod) => workers.remove(pod),
    });
    await workers.endOrphans();
  };
  void takeUp().catch((error: unknown) => {
    if (!signal.aborted) log.error("cannot take up the node's Pods", { error: messageOf(error) });
  });
  const owned = stack.move();
  return { port: server.port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** `kubernetes` is known in every namespace; other Services in their own, to those who want links. */
function visibleServices(
  namespace: string,
  links: boolean,
  cache: { get(key: string): Service | undefined; byIndex(name: string, value: string): readonly Service[] },
): readonly Service[] {
  const master = cache.get("default/kubernetes");
  const own = links ? cache.byIndex("namespace", namespace) : [];
  return [...(master ? [master] : []), ...own.filter((service) => service !== master)];
}

/** Unmounts whatever Pods have mounted below `root`, so that it can be deleted. For when the kubelet does not run. */
export function purgeKubelet(root: string): void {
  for (const target of mountsBelow(root)) unmount(target);
}
