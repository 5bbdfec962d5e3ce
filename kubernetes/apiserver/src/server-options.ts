import type { Transport } from "@skiff/api";
import type { Store } from "@skiff/store";
import type { PodSecurityConfiguration } from "./admission/pod-security/configuration.ts";
import type { AuditOptions } from "./audit/audit.ts";
import type { AuthenticationOptions } from "./authentication/authentication.ts";
import type { ServiceAccountOptions } from "./authentication/service-account-tokens.ts";
import type { AuthorizationOptions } from "./authorization/authorization.ts";

/** Where log entries go: constant messages with key/values. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What an API server is made of. */
export interface ApiServerOptions {
  readonly store: Store;
  readonly log: Log;
  /** The IPv4 range ClusterIPs come from, such as "10.96.0.0/16"; its first address is the `kubernetes` Service's. */
  readonly serviceCidr: string;
  /** Node ports are taken from here, both ends included; 30000-32767 when missing. */
  readonly serviceNodePortRange?: { readonly from: number; readonly to: number };
  /** The address, and port when it differs from the one listened on, that `kubernetes` endpoints name. */
  readonly advertiseAddress: string;
  readonly advertisePort?: number;
  readonly serviceAccount: ServiceAccountOptions;
  /** Ways to prove who one is besides client certificates and service account tokens. */
  readonly authentication?: AuthenticationOptions;
  /** What is recorded of requests, and where. Nothing when missing. */
  readonly audit?: AuditOptions;
  /** Requests worked on at once, of those that are not exempt; 600 when missing. Priority levels share them. */
  readonly maxRequestsInFlight?: number;
  /** Who is asked what users may do. */
  readonly authorization?: AuthorizationOptions;
  /** The Pod Security Standard of namespaces that name none, and who is exempt; nothing is asked when missing. */
  readonly podSecurity?: PodSecurityConfiguration;
  /** How this server proves itself to kubelets, and whom it takes for one. PEM. */
  readonly kubeletClient?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The serving certificate, and the authority whose client certificates name users. PEM. Needed to listen. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa: string };
  /** How this server proves to the servers behind APIServices that it speaks for the users it names. PEM. */
  readonly frontProxy?: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly clock?: { now(): number };
}

/** Who makes a request. */
export interface UserIdentity {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A running API server. Disposing it ends watches and open requests, then closes; the store stays the caller's. */
export interface ApiServer extends AsyncDisposable {
  /** Starts serving TLS. May be called once. */
  listen(o: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>;
  /** Requests as function calls, in the name of `user`, through everything a request over HTTP passes. */
  localTransport(user: UserIdentity): Transport;
  /** Issues a service account token without an end, to be kept in a Secret of that name. */
  issueLegacyToken(account: { name: string; uid: string }, namespace: string, secret: string): Promise<string>;
  /** Resolves when the caches are filled and the namespaces and the `kubernetes` Service exist. */
  readonly ready: Promise<void>;
}
