/** HTTP/1.1 requests. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { PeerIdentity } from "../authentication/certificate-user.ts";
import type { Incoming, RequestBody } from "../call.ts";
import { GONE } from "./gone.ts";
import type { Outgoing } from "./outgoing.ts";
import { readBody } from "./read-body.ts";

/** The request of a message. `upgrade` is given for requests that ask for another protocol. */
export function http1Incoming(
  message: IncomingMessage,
  peer: PeerIdentity & { readonly remoteAddress: string },
  closed: (listener: () => void) => void,
  upgrade?: { readonly socket: Duplex; readonly head: Buffer },
): Incoming {
  let leaving: AbortController | undefined;
  let body: Promise<RequestBody> | undefined;
  return {
    method: message.method ?? "GET",
    url: message.url ?? "/",
    remoteAddress: peer.remoteAddress,
    certificateUser: peer.certificateUser,
    frontProxy: peer.frontProxy,
    upgrade,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(",") : value;
    },
    headers: () =>
      Object.fromEntries(Object.entries(message.headers).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))),
    body: () => {
      body ??= readBody(message, message.headers);
      return body;
    },
    get signal() {
      if (!leaving) {
        const controller = new AbortController();
        leaving = controller;
        closed(() => controller.abort(GONE));
      }
      return leaving.signal;
    },
  };
}

/** The answer of a message. Everything is a no-op once the client has gone. */
export function http1Outgoing(response: ServerResponse): Outgoing {
  const gone = () => response.destroyed || response.writableEnded;
  return {
    send(code, headers, body) {
      if (gone()) return;
      response.writeHead(code, { ...headers, "content-length": Buffer.byteLength(body) });
      response.end(body);
    },
    pipe(code, headers, body) {
      if (gone()) return void body.destroy();
      response.writeHead(code, headers);
      response.flushHeaders();
      body.once("error", () => response.destroy());
      response.once("close", () => body.destroy());
      body.pipe(response);
    },
    begin(code, headers) {
      if (gone()) return;
      response.writeHead(code, headers);
      response.flushHeaders();
    },
    write: (piece) => gone() || response.write(piece),
    drained: () =>
      new Promise((resolve) => {
        if (gone()) return resolve();
        // A long watch waits here many times: neither listener may stay behind.
        const done = () => {
          response.off("drain", done);
          response.off("close", done);
          resolve();
        };
        response.once("drain", done);
        response.once("close", done);
      }),
    end() {
      if (!gone()) response.end();
    },
    abort: () => response.destroy(),
  };
}
