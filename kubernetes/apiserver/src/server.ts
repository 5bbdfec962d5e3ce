import { StoreClosedError } from "@skiff/store";
import { admissionOf } from "./admission/admission.ts";
import { admissionPlugins } from "./admission/index.ts";
import { startPolicyStatus } from "./admission/validating-admission-policy/status-controller.ts";
import { createAggregation } from "./aggregation/aggregation.ts";
import { openAudit } from "./audit/audit.ts";
import { createAuthentication } from "./authentication/authentication.ts";
import { createTokenAuthority } from "./authentication/service-account-tokens.ts";
import { createAuthorization } from "./authorization/authorization.ts";
import { authenticationConfigMap } from "./bootstrap/authentication-config-map.ts";
import { type ApiAddresses, bootstrap, ensureKubernetesService } from "./bootstrap/bootstrap.ts";
import type { Call, Handler } from "./call.ts";
import { buildChain } from "./chain.ts";
import { serveCustomResources } from "./custom-resources/index.ts";
import { dispatch } from "./handlers/dispatch.ts";
import { paths } from "./handlers/paths.ts";
import type { HealthCheck } from "./health/health.ts";
import { createKubeletProxy } from "./kubelet/kubelet-proxy.ts";
import { localTransport } from "./local-transport.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { createWebhookClient } from "./outbound/webhook-client.ts";
import { createFlowControl } from "./priority/flow-control.ts";
import { keepFlowSchemaStatus } from "./priority/flow-schema-status.ts";
import type { ApiServer, ApiServerOptions } from "./server-options.ts";
import type { Server } from "./server-parts.ts";
import { createEventLeases } from "./services/event-leases.ts";
import { createServerPresence } from "./services/server-presence.ts";
import { createServiceAllocator } from "./services/service-allocator.ts";
import { openCaches } from "./state/caches.ts";
import { startCompaction } from "./state/compaction.ts";
import { createObjectWriter } from "./state/object-writer.ts";
import { createServedResources, type ServedResources } from "./state/served-resources.ts";
import { type Listener, listen } from "./transport/listener.ts";

const DEFAULT_PORT = 6443;
const REQUESTS_IN_FLIGHT = 600;
/** How often the `kubernetes` Service is looked after. */
const KEEP_MS = 10_000;

/** An API server over a store. It answers in-process requests at once, and HTTP after `listen`. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, log, clock = Date } = options;
  let failure: string | undefined;
  const caches = await openCaches(store, {
    failed(error) {
      failure = error instanceof StoreClosedError ? "the store is closed" : "the watch of the store failed";
      log.error("the caches no longer follow the store", { error });
    },
    recovered() {
      failure = undefined;
      log.info("the caches follow the store again");
    },
  });
  const authorizer = await createAuthorization(options.authorization ?? {}, { caches, clock, log });
  const tokens = createTokenAuthority(options.serviceAccount, caches, clock);
  const deps = { caches, serviceAccounts: tokens, clock, log };
  const authentication = await createAuthentication(options.authentication ?? {}, deps);
  const flowControl = createFlowControl(caches, options.maxRequestsInFlight ?? REQUESTS_IN_FLIGHT, clock);
  const audit = options.audit && openAudit(options.audit, clock, log);
  const writer = createObjectWriter(store, caches);
  const served = createServedResources();
  const webhooks = createWebhookClient(caches);
  const metrics = createMetrics(() => caches.revision, flowControl);
  const server: Server = {
    options,
    store,
    log,
    clock,
    caches,
    served,
    authorizer,
    writer,
    admission: admissionOf(
      admissionPlugins({ caches, served, writer, authorizer, webhooks, metrics, clock, log, options }),
    ),
    audit,
    authentication,
    tokens,
    allocator: createServiceAllocator(options, caches),
    eventLeases: createEventLeases(store, clock),
    kubelet: createKubeletProxy(options.kubeletClient, caches),
    webhooks,
    flowControl,
    metrics,
  };
  let started = false;
  const checks: readonly HealthCheck[] = [
    { name: "ping", check: () => {} },
    { name: "log", check: () => {} },
    {
      name: "etcd",
      check: async () => {
        await store.revision();
        if (failure) throw new Error(failure);
      },
    },
    {
      name: "poststarthook/bootstrap-controller",
      check: () => {
        if (!started) throw new Error("not finished");
      },
    },
  ];
  const aggregation = createAggregation(server);
  const chain = buildChain(server, aggregation.around(dispatch(server, paths(server, checks))));
  const handler: Handler = (call) => chain(withResource(call, served));
  const customResources = serveCustomResources(server);
  const compaction = startCompaction(store, caches, log);
  const self = localTransport(handler, { name: "system:apiserver", groups: ["system:masters"] });
  const here = { address: options.advertiseAddress, port: options.advertisePort ?? DEFAULT_PORT };
  const presence = createServerPresence(store, here, log);
  const addresses = async (): Promise<ApiAddresses> => ({
    clusterIp: server.allocator.firstAddress,
    servers: await presence.announce(),
  });
  let policyStatus: Disposable | undefined;
  let flowSchemaStatus: Disposable | undefined;
  const start = async (): Promise<void> => {
    await bootstrap(self, await addresses(), [authenticationConfigMap(options)]);
    await customResources.ready;
    await aggregation.start(self);
    policyStatus = startPolicyStatus(server, self);
    flowSchemaStatus = keepFlowSchemaStatus(caches, self, clock, log);
    started = true;
  };
  const ready = start();
  const keep = async (): Promise<void> => ensureKubernetesService(self, await addresses());
  const keeping = setInterval(() => {
    if (started) keep().catch((error) => log.warn("cannot keep the kubernetes Service", { error }));
  }, KEEP_MS).unref();
  ready.catch((error) => log.error("cannot create the objects every cluster has", { error }));
  let listener: Listener | undefined;

  return {
    ready,
    issueLegacyToken: tokens.issueLegacy,
    localTransport: (user) => localTransport(handler, user),
    async listen(at) {
      if (!options.tls) throw new Error("Cannot listen: the API server was given no certificate");
      if (listener) throw new Error("Cannot listen twice");
      const requestHeaderCa = options.authentication?.requestHeader?.clientCa;
      listener = await listen(handler, { ...options.tls, requestHeaderCa }, at, log, aggregation.isRemote);
      return { port: listener.port };
    },
    async [Symbol.asyncDispose]() {
      flowSchemaStatus?.[Symbol.dispose]();
      clearInterval(keeping);
      await presence.leave();
      compaction[Symbol.dispose]();
      await listener?.[Symbol.asyncDispose]();
      await audit?.[Symbol.asyncDispose]();
      flowControl[Symbol.dispose]();
      authorizer[Symbol.dispose]();
      authentication[Symbol.dispose]();
      aggregation[Symbol.dispose]();
      policyStatus?.[Symbol.dispose]();
      customResources[Symbol.dispose]();
      server.kubelet[Symbol.dispose]();
      webhooks[Symbol.dispose]();
      await caches[Symbol.asyncDispose]();
    },
  };
}

/** What the path names may be served by definition; the path alone tells only what is in the table. */
function withResource(call: Call, served: ServedResources): Call {
  const { isResource, resource, group, version, plural } = call.info;
  if (isResource && !resource) call.info = { ...call.info, resource: served.find(group, version, plural) };
  return call;
}
