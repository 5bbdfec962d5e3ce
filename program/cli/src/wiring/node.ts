/** A node in this process: engine, kubelet, proxy and DNS, and the Docker Engine API for the command line. */
import { readFileSync } from "node:fs";
import type { Logger } from "@skiff/api";
import { type Client, createClient, httpTransport } from "@skiff/client";
import { ensureAddress, nameServers, startDns } from "@skiff/dns";
import type { CriConnection } from "@skiff/engine/cri-grpc";
import { startKubelet } from "@skiff/kubelet";
import { startProxy } from "@skiff/proxy";
import { type InstanceConfig, machineAddress } from "../instance/config.ts";
import type { KeyPairPaths, Pki } from "../instance/pki.ts";
import type { Layout } from "../layout.ts";
import { startEngine } from "./engine.ts";
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

  const half = stack.use(await startEngine({ layout, config, log }));
  const { engine } = half;

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

  stack.use(await half.serveCri());

  const owned = stack.move();
  return { [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function connectTo(endpoint: string): Promise<CriConnection> {
  const { connectCri } = await import("@skiff/engine/cri-grpc");
  return connectCri(endpoint);
}
