/** Requests that a kubelet answers: logs, exec, attach, port-forward. */

import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { StatusError } from "@skiff/api";
import type { Node, Pod } from "@skiff/api/core/v1";
import { nodes } from "@skiff/api/resources";
import type { Call } from "../call.ts";
import { joinConnections } from "../outbound/join-connections.ts";
import type { RawReply, TunnelReply } from "../reply.ts";
import type { ApiServerOptions } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";

/** Passes requests to kubelets. The far end speaks the protocol; this server only carries bytes. */
export interface KubeletProxy extends Disposable {
  /** A plain request; the answer is streamed. Throws StatusError when there is no such node or it does not answer. */
  forward(call: Call, node: string, path: string): Promise<RawReply>;
  /** A request that asks for another protocol; the connection is handed on whole. */
  tunnel(call: Call, node: string, path: string): Promise<TunnelReply | RawReply>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** A proxy that proves itself with the server's kubelet client certificate. */
export function createKubeletProxy(credentials: ApiServerOptions["kubeletClient"], caches: Caches): KubeletProxy {
  const agent = new Agent({ keepAlive: true, maxSockets: 100, ...(credentials && { ...credentials }) });

  const addressOf = (name: string) => {
    const node = caches.of(nodes).entries.get(name)?.object as unknown as Node | undefined;
    if (!node) throw StatusError.notFound(nodes, name);
    const addresses = node.status?.addresses ?? [];
    const address = ["InternalIP", "Hostname", "ExternalIP"]
      .map((type) => addresses.find((a) => a.type === type)?.address)
      .find((found) => found !== undefined);
    if (!address) throw StatusError.serviceUnavailable(`node ${name} has reported no address yet`);
    return { host: address, port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 10250 };
  };

  const send = (call: Call, node: string, path: string, headers: OutgoingHttpHeaders): ClientRequest => {
    if (!credentials) throw StatusError.serviceUnavailable("this server has no credentials for kubelets");
    const { host, port } = addressOf(node);
    // An upgraded connection is not given back to the pool.
    const own = call.incoming.upgrade ? { agent: false as const, ...credentials } : { agent };
    return httpsRequest({
      host,
      port,
      path,
      method: call.incoming.method,
      headers,
      timeout: CONNECT_TIMEOUT_MS,
      ...own,
    });
  };

  const unreachable = (node: string, error: Error) =>
    StatusError.internal(`error dialing backend: the kubelet of node ${node} does not answer: ${error.message}`, error);

  return {
    forward: (call, node, path) =>
      new Promise((resolve, reject) => {
        const outbound = send(call, node, path, {});
        call.incoming.signal.addEventListener("abort", () => outbound.destroy(), { once: true });
        outbound.once("timeout", () => outbound.destroy(new Error("connection timed out")));
        outbound.once("error", (error) => reject(unreachable(node, error)));
        outbound.once("response", (message: IncomingMessage) => {
          outbound.setTimeout(0);
          resolve(rawReply(message));
        });
        outbound.end();
      }),
    tunnel: (call, node, path) =>
      new Promise((resolve, reject) => {
        const outbound = send(call, node, path, passedOn(call.incoming.headers()));
        outbound.once("error", (error) => reject(unreachable(node, error)));
        outbound.once("timeout", () => outbound.destroy(new Error("connection timed out")));
        outbound.once("response", (message) => resolve(rawReply(message)));
        outbound.once("upgrade", (message: IncomingMessage, far: Duplex, farHead: Buffer) => {
          outbound.setTimeout(0);
          resolve({
            type: "tunnel",
            run: (near, nearHead) =>
              joinConnections(message, { socket: far, head: farHead }, { socket: near, head: nearHead }),
          });
        });
        outbound.end();
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** Credentials are for this server only, and the host is another one. */
function passedOn(headers: Readonly<Record<string, string | readonly string[]>>): OutgoingHttpHeaders {
  const dropped = new Set([
    "authorization",
    "host",
    "cookie",
    "impersonate-user",
    "impersonate-group",
    "impersonate-uid",
  ]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([k, v]) => (dropped.has(k) ? [] : [[k, typeof v === "string" ? v : [...v]]])),
  );
}

function rawReply(message: IncomingMessage): RawReply {
  return {
    type: "raw",
    code: message.statusCode ?? 502,
    contentType: message.headers["content-type"] ?? "text/plain",
    body: message,
  };
}

/** The node a Pod runs on. Throws StatusError 400 when it has none yet. */
export function nodeOf(pod: Pod): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  throw StatusError.badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}
