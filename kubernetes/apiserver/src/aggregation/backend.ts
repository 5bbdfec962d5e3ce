/** Requests to the servers behind APIServices, made in the name of a user as the front proxy. */
import type { ClientRequest, OutgoingHttpHeaders } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { User } from "../call.ts";
import { type Address, serviceAddress } from "../outbound/service-address.ts";
import type { Caches } from "../state/caches.ts";
import type { RemoteApiService } from "./api-services.ts";

/** How this server proves to others that it is the front proxy, and the authority that says so. PEM. */
export interface FrontProxy {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A request to make. */
export interface BackendRequest {
  readonly user: User;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** The connection will be taken over: it is not shared. */
  readonly upgrade?: boolean;
  readonly signal?: AbortSignal;
}

/** Reaches the servers behind APIServices. Connections are kept. */
export interface Backends extends Disposable {
  /** Where the service answers. Throws StatusError when nothing is ready there. */
  addressOf(service: RemoteApiService): Address;
  /** Begins a request, which the caller ends. Throws StatusError as `addressOf`. */
  request(service: RemoteApiService, request: BackendRequest): ClientRequest;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Backends whose Services are those of the caches. */
export function createBackends(caches: Pick<Caches, "of">, identity: FrontProxy | undefined): Backends {
  const agent = new Agent({ keepAlive: true, scheduling: "lifo" });
  const addressOf = ({ spec: { service } }: RemoteApiService): Address => {
    const { namespace = "", name = "", port = 443 } = service;
    return serviceAddress(caches, { namespace, name, port });
  };
  return {
    addressOf,
    request(service, { user, method, path, headers, upgrade, signal }) {
      const { name, namespace } = service.spec.service;
      const { caBundle, insecureSkipTLSVerify } = service.spec;
      const outbound = httpsRequest({
        ...addressOf(service),
        method,
        path,
        agent: upgrade ? false : agent,
        servername: `${name}.${namespace}.svc`,
        rejectUnauthorized: !insecureSkipTLSVerify,
        ...(caBundle && { ca: Buffer.from(caBundle, "base64").toString() }),
        ...(identity && { cert: identity.cert, key: identity.key }),
        ...(signal && { signal }),
        headers: { ...headers, ...identityHeaders(user) },
        timeout: CONNECT_TIMEOUT_MS,
      });
      outbound.once("timeout", () => outbound.destroy(new Error("i/o timeout")));
      // Only connecting is timed: a watch may be silent for as long as it likes.
      outbound.once("socket", (socket) => {
        if (socket.connecting) socket.once("secureConnect", () => outbound.setTimeout(0));
        else outbound.setTimeout(0);
      });
      return outbound;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** Who the user is, as the other server is told. */
export function identityHeaders({ name, uid, groups, extra }: User): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { "x-remote-user": name };
  if (uid) headers["x-remote-uid"] = uid;
  if (groups.length > 0) headers["x-remote-group"] = [...groups];
  for (const [key, values] of Object.entries(extra ?? {})) {
    headers[`x-remote-extra-${encodeURIComponent(key).toLowerCase()}`] = [...values];
  }
  return headers;
}
