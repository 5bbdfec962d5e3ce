/** The control plane of an instance in this process: store, API server, controllers and scheduler. */
import { readFileSync } from "node:fs";
import type { Logger } from "@skiff/api";
import { services } from "@skiff/api/resources";
import { createApiServer, readEncryptionConfiguration } from "@skiff/apiserver";
import { type Client, createClient } from "@skiff/client";
import { startControllers } from "@skiff/controllers";
import { startScheduler } from "@skiff/scheduler";
import { encryptedStore } from "@skiff/store";
import type { ApiOptions } from "../commands/api-options.ts";
import { openDatastore } from "../datastore/open-datastore.ts";
import { parseDatastore } from "../datastore/parse-datastore.ts";
import { type InstanceConfig, machineAddress } from "../instance/config.ts";
import type { Pki } from "../instance/pki.ts";
import type { Layout } from "../layout.ts";
import { apiSecurity, serviceAccountOptions } from "./api-security.ts";
import { ensureObject } from "./ensure-object.ts";
import { requestSigner } from "./request-signer.ts";
import { whileLeading } from "./while-leading.ts";

export interface ControlPlaneOptions {
  readonly layout: Layout;
  readonly config: InstanceConfig;
  readonly pki: Pki;
  readonly apiOptions: ApiOptions;
  readonly log: Logger;
}

/** A running control plane. Disposing of it stops the components, then the API server, then the store. */
export interface ControlPlane extends AsyncDisposable {
  /** In-process client of a cluster administrator. */
  readonly admin: Client;
}

/** Starts the control plane; resolves when the API answers on its port. Throws when the store or the port cannot be opened. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { layout, config, pki, apiOptions, log } = options;
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();

  const datastore = parseDatastore(config.datastore ?? "sqlite");
  const stored = stack.use(await openDatastore(datastore, layout, log.with({ room: "store" })));
  const { encryptionConfig = "none" } = config;
  const store =
    encryptionConfig === "none" ? stored : encryptedStore(stored, readEncryptionConfiguration(encryptionConfig));
  const pem = (path: string): string => readFileSync(path, "utf8");
  const issuer = `https://kubernetes.default.svc.${config.clusterDomain}`;
  const api = stack.use(
    await createApiServer({
      store,
      log: log.with({ room: "apiserver" }),
      serviceCidr: config.serviceCidr,
      advertiseAddress: machineAddress(),
      advertisePort: config.apiPort,
      tls: { cert: pem(pki.apiServer.cert), key: pem(pki.apiServer.key), clientCa: pem(pki.ca) },
      serviceAccount: serviceAccountOptions(apiOptions, { issuer, signingKeyFile: pki.serviceAccountKey }),
      ...apiSecurity({ ...frontProxyOptions(pki), ...apiOptions }),
      kubeletClient: { ca: pem(pki.ca), cert: pem(pki.kubeletClient.cert), key: pem(pki.kubeletClient.key) },
      frontProxy: { ca: pem(pki.frontProxyCa), cert: pem(pki.frontProxy.cert), key: pem(pki.frontProxy.key) },
    }),
  );
  await api.ready;
  await api.listen({ host: "0.0.0.0", port: config.apiPort });
  stack.defer(() => stop.abort());

  const clientOf = (name: string, ...groups: string[]): Client => createClient(api.localTransport({ name, groups }));
  const admin = clientOf("system:admin", "system:masters");
  await ensureDnsService(admin, config, stop.signal);

  const controllers = (signal: AbortSignal) =>
    startControllers({
      client: clientOf("system:kube-controller-manager", "system:masters"),
      log: log.with({ room: "controllers" }),
      signal,
      rootCa: pem(pki.ca),
      certificates: requestSigner({ cert: pem(pki.ca), key: pem(pki.caKey) }),
      legacyTokens: { issueLegacy: api.issueLegacyToken },
      clusterCidr: config.podCidr,
    });
  const scheduler = (signal: AbortSignal) =>
    startScheduler({
      client: clientOf("system:kube-scheduler", "system:masters"),
      log: log.with({ room: "scheduler" }),
      signal,
    });
  if (datastore.type === "sqlite") {
    stack.use(await controllers(stop.signal));
    stack.use(await scheduler(stop.signal));
  } else {
    // Other control planes may share the datastore: one of them acts.
    const election = { client: admin, log };
    stack.use(whileLeading({ ...election, name: "kube-controller-manager" }, controllers));
    stack.use(whileLeading({ ...election, name: "kube-scheduler" }, scheduler));
  }

  const owned = stack.move();
  return { admin, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The instance's own front proxy is this server itself, when it passes requests on to servers that extend the API. */
function frontProxyOptions({ frontProxyCa }: Pki): ApiOptions {
  return { "requestheader-client-ca-file": frontProxyCa, "requestheader-allowed-names": "front-proxy-client" };
}

/** The Service that reserves the cluster DNS address. Every node answers on that address itself, so no proxy handles it. */
async function ensureDnsService(client: Client, config: InstanceConfig, signal: AbortSignal): Promise<void> {
  await ensureObject(
    client,
    services,
    {
      metadata: {
        name: "kube-dns",
        namespace: "kube-system",
        labels: {
          "k8s-app": "kube-dns",
          "kubernetes.io/name": "CoreDNS",
          "service.kubernetes.io/service-proxy-name": "skiff-dns",
        },
      },
      spec: {
        clusterIP: config.dnsAddress,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
    signal,
  );
}
