/** Aggregation: other servers' group versions as part of this API. */
import type { Transport } from "@skiff/api";
import { apiServices as apiServiceResource, configMaps } from "@skiff/api/resources";
import type { Handler } from "../call.ts";
import type { Server } from "../server-parts.ts";
import { type ApiServices, viewApiServices } from "./api-services.ts";
import { AUTHENTICATION_KEY, keepAuthenticationConfigMap } from "./authentication-config-map.ts";
import { startAvailability } from "./availability-controller.ts";
import { createBackends } from "./backend.ts";
import { keepLocalApiServices } from "./local-api-services.ts";
import { completeDocuments } from "./merged-documents.ts";
import { passOn, remoteOf } from "./proxy.ts";
import { createRemoteDocuments } from "./remote-documents.ts";

/** The aggregation of one server. */
export interface Aggregation extends Disposable {
  readonly apiServices: ApiServices;
  /** `next`, with what other servers answer taken out, and the documents about everything completed. */
  around(next: Handler): Handler;
  /** Whether another server answers the path, and so may speak what protocol it likes. */
  isRemote(path: string): boolean;
  /** Registers what this server serves and begins to look after the others. Requests go through `transport`. */
  start(transport: Transport): Promise<void>;
}

/** Changes of definitions come in bursts. */
const SETTLE_MS = 10;
const RETRY_MS = 5_000;

type Deps = Pick<Server, "options" | "caches" | "served" | "writer" | "clock" | "log">;

/** The aggregation of a server; nothing runs before `start`. */
export function createAggregation({ options, caches, served, writer, clock, log }: Deps): Aggregation {
  const apiServices = viewApiServices(caches);
  const backends = createBackends(caches, options.frontProxy);
  const documents = createRemoteDocuments(backends);
  const owned = new DisposableStack();
  owned.use(backends);
  return {
    apiServices,
    around: (next) => passOn({ apiServices, backends }, completeDocuments({ apiServices, backends, documents }, next)),
    isRemote(path) {
      const remotes = apiServices.remotes();
      return remotes.size > 0 && remoteOf(path, remotes) !== undefined;
    },
    async start(transport) {
      const keepServices = () => keepLocalApiServices({ apiServices, served, transport, writer, clock });
      const keepTrust = () => keepAuthenticationConfigMap(transport, options.tls?.clientCa, options.frontProxy);
      await keepServices();
      if (owned.disposed) return;
      const servicesSoon = settled(keepServices, "cannot keep the APIServices of this server");
      served.onChange(servicesSoon);
      caches.of(apiServiceResource).onChange(servicesSoon);
      const trustSoon = settled(keepTrust, "cannot keep what extension servers trust");
      // A webhook may refuse this write: that is no reason for this server not to be ready.
      await keepTrust().catch(trustSoon);
      if (owned.disposed) return;
      caches.of(configMaps).onChange((key) => {
        if (key === AUTHENTICATION_KEY) trustSoon();
      });
      owned.use(
        startAvailability({
          apiServices,
          caches,
          transport,
          clock,
          log,
          refresh: documents.refresh,
          keepOnly: documents.keepOnly,
        }),
      );
    },
    [Symbol.dispose]: () => owned.dispose(),
  };

  /** Does the work a moment after it is asked for, once however often that was, and again where it fails. */
  function settled(work: () => Promise<void>, failure: string): () => void {
    let timer: NodeJS.Timeout | undefined;
    owned.defer(() => clearTimeout(timer));
    const after = (ms: number) => {
      if (timer || owned.disposed) return;
      timer = setTimeout(() => {
        timer = undefined;
        work().catch((error) => {
          if (owned.disposed) return;
          log.warn(failure, { error });
          after(RETRY_MS);
        });
      }, ms).unref();
    };
    return () => after(SETTLE_MS);
  }
}
