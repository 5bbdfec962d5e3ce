/** Aggregation: other servers' group versions as part of this API. */
import type { Transport } from "@skiff/api";
import { apiServices as apiServiceResource } from "@skiff/api/resources";
import type { Handler } from "../call.ts";
import type { Server } from "../server-parts.ts";
import { type ApiServices, viewApiServices } from "./api-services.ts";
import { keepAuthenticationConfigMap } from "./authentication-config-map.ts";
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
      const keep = () => keepLocalApiServices({ apiServices, served, transport, writer, clock });
      await Promise.all([keep(), keepAuthenticationConfigMap(transport, options.tls?.clientCa, options.frontProxy)]);
      if (owned.disposed) return;
      let timer: NodeJS.Timeout | undefined;
      const soon = () => {
        if (timer || owned.disposed) return;
        timer = setTimeout(() => {
          timer = undefined;
          keep().catch((error) => {
            if (!owned.disposed) log.warn("cannot keep the APIServices of this server", { error });
          });
        }, SETTLE_MS).unref();
      };
      served.onChange(soon);
      caches.of(apiServiceResource).onChange(soon);
      owned.defer(() => clearTimeout(timer));
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
}
