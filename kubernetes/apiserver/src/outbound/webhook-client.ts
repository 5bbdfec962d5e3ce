/** Calls to webhooks: JSON over TLS, to a URL or to a Service of the cluster. */
import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { StatusError } from "@skiff/api";
import type { WebhookClientConfig } from "@skiff/api/admissionregistration/v1";
import type { Caches } from "../state/caches.ts";
import { failureText } from "./failure-text.ts";
import { type Address, serviceAddress } from "./service-address.ts";

/** Reaches webhooks. Connections are kept and shared by the calls that trust the same authority. */
export interface WebhookClient extends Disposable {
  /**
   * Posts `body` and resolves with the document that comes back. Throws WebhookFailure, whose message says in one line
   * why there is none: no connection, no trust, no answer in time, a code other than 2xx, no JSON.
   */
  post(config: WebhookClientConfig, body: object, o: PostOptions): Promise<unknown>;
}

/** What bounds a call. */
export interface PostOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A webhook that could not be asked. */
export class WebhookFailure extends Error {
  override readonly name = "WebhookFailure";
}

/** The largest answer read. */
const MAX_ANSWER = 16 << 20;
/** As much of an error's text as is shown. */
const MAX_TEXT = 2048;
/** Idle connections kept per webhook: what a burst of writes has opened, the next one uses. */
const IDLE_SOCKETS = 256;

interface Target {
  /** As it is written in messages and in the Host header. */
  readonly host: string;
  readonly path: string;
  readonly serverName: string;
  /** Where to connect, found anew for each call. */
  address(): Address;
}

/** A client whose Services are those of the caches. */
export function createWebhookClient(caches: Pick<Caches, "of">): WebhookClient {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS, scheduling: "lifo" });
  return {
    async post(config, body, { timeoutMs, signal }) {
      const target = targetOf(config, caches);
      const path = `${target.path}?timeout=${Math.ceil(timeoutMs / 1000)}s`;
      const failed = (why: string) => new WebhookFailure(`Post "https://${target.host}${path}": ${why}`);
      const stop = new AbortController();
      let late = false;
      const deadline = setTimeout(() => {
        late = true;
        stop.abort();
      }, timeoutMs);
      const leave = () => stop.abort();
      signal?.addEventListener("abort", leave);
      try {
        signal?.throwIfAborted();
        const { code, text } = await exchange(target, path, JSON.stringify(body), config.caBundle, agent, stop.signal);
        if (code < 200 || code > 299) throw new WebhookFailure(codeText(code, text));
        return parse(text);
      } catch (error) {
        if (error instanceof WebhookFailure) throw error;
        if (late) throw failed("context deadline exceeded");
        if (signal?.aborted) throw failed("context canceled");
        throw failed(error instanceof StatusError ? error.message : failureText(error));
      } finally {
        clearTimeout(deadline);
        signal?.removeEventListener("abort", leave);
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function targetOf({ url, service }: WebhookClientConfig, caches: Pick<Caches, "of">): Target {
  if (service) {
    const { namespace, name, port = 443, path = "/" } = service;
    const serverName = `${name}.${namespace}.svc`;
    const host = `${serverName}:${port}`;
    return { host, path: path || "/", serverName, address: () => serviceAddress(caches, { namespace, name, port }) };
  }
  const parsed = URL.parse(url ?? "");
  if (!parsed) throw new WebhookFailure(`the URL ${JSON.stringify(url ?? "")} cannot be read`);
  const name = parsed.hostname.replace(/^\[|\]$/g, "");
  const port = parsed.port === "" ? 443 : Number(parsed.port);
  return { host: parsed.host, path: parsed.pathname, serverName: name, address: () => ({ host: name, port }) };
}

function exchange(
  target: Target,
  path: string,
  body: string,
  caBundle: string | undefined,
  agent: Agent,
  signal: AbortSignal,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const outbound = httpsRequest({
      ...target.address(),
      path,
      agent,
      signal,
      method: "POST",
      // An address needs no SNI, and may have none.
      servername: isIP(target.serverName) === 0 ? target.serverName : "",
      ...(caBundle && { ca: Buffer.from(caBundle, "base64").toString() }),
      headers: {
        host: target.host,
        accept: "application/json, */*",
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "kube-apiserver-admission",
      },
    });
    outbound.once("error", (error) => {
      // A kept connection that the other side has closed meanwhile says nothing about the webhook.
      if (!outbound.reusedSocket || signal.aborted) reject(error);
      else exchange(target, path, body, caBundle, agent, signal).then(resolve, reject);
    });
    outbound.once("response", (answer) => {
      textOf(answer).then((text) => resolve({ code: answer.statusCode ?? 0, text }), reject);
    });
    outbound.end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_ANSWER) throw new WebhookFailure(`the answer is larger than ${MAX_ANSWER} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** What a code other than success means to whoever reads about it. */
function codeText(code: number, text: string): string {
  const shown = text.slice(0, MAX_TEXT).trim();
  switch (code) {
    case 400:
      return "the server rejected our request for an unknown reason";
    case 401:
      return "the server has asked for the client to provide credentials";
    case 403:
      return "the server does not allow access to the requested resource";
    case 404:
      return "the server could not find the requested resource";
    case 405:
      return "the server does not allow this method on the requested resource";
    case 429:
      return "the server has received too many requests and has asked us to try again later";
    case 503:
      return shown || "the server is currently unable to handle the request";
    case 504:
      return "the server was unable to return a response in the time allotted, but may still be processing the request";
  }
  if (code >= 500)
    return `an error on the server (${JSON.stringify(shown || "unknown")}) has prevented the request from succeeding`;
  return `the server responded with the status code ${code} but did not return more information`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new WebhookFailure(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}
