/** The certificates and keys of an instance: made once, kept under `<data>/pki`, readable by root alone. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../layout.ts";
import { type InstanceConfig, machineAddress } from "./config.ts";

/** Paths of a PEM certificate and its key. */
export interface KeyPairPaths {
  readonly cert: string;
  readonly key: string;
}

export interface Pki {
  /** The authority's certificate. */
  readonly ca: string;
  /** And its key. */
  readonly caKey: string;
  readonly apiServer: KeyPairPaths;
  readonly admin: KeyPairPaths;
  /** What the API server shows to kubelets. */
  readonly kubeletClient: KeyPairPaths;
  /** The node's identity: client of the API, and server of the kubelet's. */
  readonly node: KeyPairPaths;
  /** The Service proxy of a node, and its DNS: clients that read Services, which a node as such may not. */
  readonly proxy: KeyPairPaths;
  readonly dns: KeyPairPaths;
  /** What the API server shows to the servers behind APIServices, and the authority of nothing else that says so. */
  readonly frontProxy: KeyPairPaths;
  readonly frontProxyCa: string;
  /** Private key that signs service-account tokens. */
  readonly serviceAccountKey: string;
}

/** Where an instance's certificates are. */
export function pkiPaths(layout: Layout): Pki {
  const pair = (name: string): KeyPairPaths => ({
    cert: join(layout.pki, `${name}.crt`),
    key: join(layout.pki, `${name}.key`),
  });
  return {
    ca: pair("ca").cert,
    caKey: pair("ca").key,
    apiServer: pair("apiserver"),
    admin: pair("admin"),
    kubeletClient: pair("apiserver-kubelet-client"),
    node: pair("node"),
    proxy: pair("kube-proxy"),
    dns: pair("coredns"),
    frontProxy: pair("front-proxy-client"),
    frontProxyCa: pair("front-proxy-ca").cert,
    serviceAccountKey: join(layout.pki, "sa.key"),
  };
}

/** How long certificates are good for; they are made anew at a start in the last third. */
const DAYS = 365;

/** Makes what is missing: an authority, certificates, the service-account key. A certificate is replaced when this machine's address changed. */
export async function ensurePki(layout: Layout, config: InstanceConfig): Promise<Pki> {
  const pki = pkiPaths(layout);
  const address = machineAddress();
  const stamp = JSON.stringify({ address, issued: new Date().toISOString().slice(0, 7) });
  const stampPath = join(layout.pki, "issued-for.json");
  const complete = [stampPath, pki.proxy.cert, pki.dns.cert, pki.frontProxy.cert].every((path) => existsSync(path));
  if (complete && isCurrent(readFileSync(stampPath, "utf8"), address)) return pki;

  // Loaded only here: the X.509 library is the slowest import of a start.
  const { createAuthority, generateTokenKey, loadAuthority } = await import("@skiff/apiserver/pki");
  mkdirSync(layout.pki, { recursive: true, mode: 0o700 });
  const ensureAuthority = async (certPath: string, keyPath: string, cn: string) => {
    const authority = existsSync(keyPath)
      ? await loadAuthority({ cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") })
      : await createAuthority({ cn });
    keep(certPath, authority.cert);
    keep(keyPath, authority.key);
    return authority;
  };
  const authority = await ensureAuthority(pki.ca, join(layout.pki, "ca.key"), `skiff-${config.name}`);
  const proxies = await ensureAuthority(
    pki.frontProxyCa,
    join(layout.pki, "front-proxy-ca.key"),
    `skiff-${config.name}-front-proxy`,
  );
  if (!existsSync(pki.serviceAccountKey)) keep(pki.serviceAccountKey, (await generateTokenKey()).pem);

  const domain = config.clusterDomain;
  const issue = async (
    paths: KeyPairPaths,
    request: Parameters<typeof authority.issue>[0],
    issuer = authority,
  ): Promise<void> => {
    const { cert, key } = await issuer.issue({ days: DAYS, ...request });
    keep(paths.key, key);
    keep(paths.cert, cert);
  };
  await issue(pki.apiServer, {
    cn: "kube-apiserver",
    usages: ["server"],
    sans: [
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      `kubernetes.default.svc.${domain}`,
      "localhost",
      config.nodeName,
      "127.0.0.1",
      config.apiServiceAddress,
      address,
    ],
  });
  await issue(pki.admin, { cn: "kubernetes-admin", o: ["system:masters"], usages: ["client"] });
  await issue(pki.kubeletClient, { cn: "kube-apiserver-kubelet-client", o: ["system:masters"], usages: ["client"] });
  await issue(pki.node, {
    cn: `system:node:${config.nodeName}`,
    o: ["system:nodes"],
    usages: ["client", "server"],
    sans: [config.nodeName, "localhost", "127.0.0.1", address],
  });
  await issue(pki.proxy, { cn: "system:kube-proxy", usages: ["client"] });
  await issue(pki.dns, { cn: "system:coredns", usages: ["client"] });
  await issue(pki.frontProxy, { cn: "front-proxy-client", usages: ["client"] }, proxies);
  keep(stampPath, stamp);
  return pki;
}

// Issued for this address, and less than two thirds of their life ago.
function isCurrent(stamp: string, address: string): boolean {
  const recorded = JSON.parse(stamp) as { address: string; issued: string };
  const ageDays = (Date.now() - Date.parse(`${recorded.issued}-01`)) / 86_400_000;
  return recorded.address === address && ageDays < (DAYS * 2) / 3;
}

// Renamed into place: a certificate is whole or not there.
function keep(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
