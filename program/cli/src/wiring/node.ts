/** A node in this process: engine, kubelet, proxy and DNS, and the Docker Engine API for the command line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import { createBuilder } from "@skiff/builder";
import { type Client, createClient, httpTransport } from "@skiff/client";
import { ensureAddress, nameServers, startDns } from "@skiff/dns";
import { createDockerApi } from "@skiff/docker";
import { openEngine } from "@skiff/engine";
import type { CriConnection } from "@skiff/engine/cri-grpc";
import { serveCri } from "@skiff/engine/cri-serving";
import { startKubelet } from "@skiff/kubelet";
import { startProxy } from "@skiff/proxy";
import { type InstanceConfig, machineAddress } from "../instance/config.ts";
import type { KeyPairPaths, Pki } from "../instance/pki.ts";
import type { Layout } from "../layout.ts";
import { untilListening } from "./until-listening.ts";

export interface NodeOptions {
  readonly layout: Layout;
  readonly config: InstanceConfig;
  readonly pki: Pki;
  readonly log: Logger;
}

/** The nft table that holds the Service rules of an instance. */
export function proxyTable(name: string): string {
  return `skiff-${name}-proxy`;
}

/** The link that carries the cluster DNS address on every node: what Pods send to their gateway is for this machine. */
export const DNS_LINK = "lo";

/** Starts a node; resolves when every part is started. Containers outlive it: disposing of it leaves them running. */
export async function startNode({ layout, config, pki, log }: NodeOptions): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();
  const address = machineAddress();

  const engine = stack.use(
    await openEngine({
      root: layout.engine,
      runDir: layout.run,
      instance: layout.name,
      // What this node will be given: the first range is the first node's.
      podCidr: config.podCidr.replace(/\/16$/, "/24"),
      registries: join(layout.data, "registries.json"),
      log: log.with({ room: "engine" }),
    }),
  );
  const root = join(layout.engine, "builder");
  const builder = await createBuilder({ engine, root, log: log.with({ room: "builder" }) });
  const docker = createDockerApi({
    engine,
    builder,
    scratch: join(root, "contexts"),
    log: log.with({ room: "docker" }),
  });
  stack.use(await docker.listen(layout.dockerSocket));

  await untilListening(config.apiPort);
  const clientAs = ({ cert, key }: KeyPairPaths, userAgent: string): Client =>
    createClient(
      stack.use(
        httpTransport({
          server: `https://127.0.0.1:${config.apiPort}`,
          ca: readFileSync(pki.ca),
          cert: readFileSync(cert),
          key: readFileSync(key),
          userAgent,
        }),
      ),
    );
  stack.defer(() => stop.abort());
  await ensureAddress(DNS_LINK, config.dnsAddress);
  stack.use(
    await startDns({
      client: clientAs(pki.dns, "coredns"),
      address: config.dnsAddress,
      port: 53,
      domain: config.clusterDomain,
      upstreams: nameServers(readFileSync("/etc/resolv.conf", "utf8")),
      serviceCidr: config.serviceCidr,
      podCidr: config.podCidr,
      log: log.with({ room: "dns" }),
    }),
  );
  stack.use(
    await startProxy({
      nodeName: config.nodeName,
      client: clientAs(pki.proxy, "kube-proxy"),
      nodeAddresses: [address],
      tableName: proxyTable(layout.name),
      podCidr: config.podCidr,
      log: log.with({ room: "proxy" }),
      signal: stop.signal,
    }),
  );
  const { containerRuntimeEndpoint: remote = "none" } = config;
  stack.use(
    await startKubelet({
      nodeName: config.nodeName,
      client: clientAs(pki.node, "kubelet"),
      runtime: remote === "none" ? engine : stack.use(await connectTo(remote)),
      root: layout.kubelet,
      address,
      port: config.kubeletPort,
      tls: { cert: readFileSync(pki.node.cert), key: readFileSync(pki.node.key), clientCa: readFileSync(pki.ca) },
      clusterDns: config.dnsAddress,
      clusterDomain: config.clusterDomain,
      cgroupRoot: `/skiff-${layout.name}`,
      log: log.with({ room: "kubelet" }),
    }),
  );

  const { runtimeService, imageService, streaming } = engine;
  const services = { runtimeService, imageService, streaming };
  stack.use(await serveCri({ ...services, socketPath: layout.criSocket, log: log.with({ room: "cri" }) }));

  const owned = stack.move();
  return { [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function connectTo(endpoint: string): Promise<CriConnection> {
  const { connectCri } = await import("@skiff/engine/cri-grpc");
  return connectCri(endpoint);
}
