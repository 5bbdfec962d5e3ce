import type { Duplex } from "node:stream";
import type { Accepted } from "./rendering/negotiate.ts";
import type { Reply } from "./reply.ts";
import type { RequestInfo } from "./request-info.ts";
import type { UserIdentity } from "./server-options.ts";

/** Who is asking, as far as authentication found out. */
export interface User extends UserIdentity {
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** A request body: bytes from the wire, or the object itself from this process. */
export type RequestBody =
  | { readonly bytes: Buffer; readonly mediaType: string }
  | { readonly object: object; readonly mediaType: string };

/** What a request came over: nothing but what the filters and handlers need of HTTP. */
export interface Incoming {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  header(name: string): string | undefined;
  /** All headers, for requests that are passed on. */
  headers(): Readonly<Record<string, string | readonly string[]>>;
  /** Reads the body once. Throws StatusError 413 when it is larger than the limit. */
  body(): Promise<RequestBody>;
  /** Aborts when the client goes away or the server closes. */
  readonly signal: AbortSignal;
  readonly remoteAddress: string;
  /** The subject of a verified client certificate. */
  readonly certificateUser?: User | undefined;
  /** The common name of a verified certificate of a front proxy, which may say whose requests it passes on. */
  readonly frontProxy?: string | undefined;
  /** The raw connection of a request to upgrade (HTTP/1.1), with what had been read past the request's head. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer } | undefined;
}

/** One request on its way through the chain; filters fill in what they find out. */
export interface Call {
  readonly incoming: Incoming;
  readonly path: string;
  readonly query: URLSearchParams;
  info: RequestInfo;
  user: User;
  /** Who really asks, when `user` is whom they act as. */
  impersonator?: User | undefined;
  accepted: Accepted;
  /** Sent as `Warning` headers. */
  readonly warnings: string[];
  /** Headers that every answer to this call carries, whatever it is. */
  responseHeaders?: Readonly<Record<string, string>> | undefined;
  /** What is added to the audit record, by key. */
  auditAnnotations?: Map<string, string> | undefined;
}

/** Answers a call, or throws StatusError. */
export type Handler = (call: Call) => Promise<Reply>;

/** One link of the chain: does its part, then lets `next` go on. */
export type Filter = (next: Handler) => Handler;
