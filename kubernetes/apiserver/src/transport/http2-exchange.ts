/** HTTP/2 requests at stream level: the compatibility layer costs half the requests a core can answer. */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { PeerIdentity } from "../authentication/certificate-user.ts";
import type { Incoming, RequestBody } from "../call.ts";
import { GONE } from "./gone.ts";
import type { Outgoing } from "./outgoing.ts";
import { readBody } from "./read-body.ts";

/** The request of a stream. */
export function http2Incoming(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  peer: PeerIdentity & { readonly remoteAddress: string },
): Incoming {
  let leaving: AbortController | undefined;
  let body: Promise<RequestBody> | undefined;
  return {
    method: String(headers[":method"]),
    url: String(headers[":path"]),
    remoteAddress: peer.remoteAddress,
    certificateUser: peer.certificateUser,
    frontProxy: peer.frontProxy,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(",") : value;
    },
    headers: () =>
      Object.fromEntries(
        Object.entries(headers).flatMap(([k, v]) => (v === undefined || k.startsWith(":") ? [] : [[k, v]])),
      ),
    body: () => {
      body ??= readBody(stream, headers);
      return body;
    },
    get signal() {
      if (!leaving) {
        const controller = new AbortController();
        leaving = controller;
        if (stream.closed || stream.destroyed) controller.abort(GONE);
        else stream.once("close", () => controller.abort(GONE));
      }
      return leaving.signal;
    },
  };
}

/** The answer of a stream. Everything is a no-op once the client has gone. */
export function http2Outgoing(stream: ServerHttp2Stream): Outgoing {
  const gone = () => stream.destroyed || stream.closed;
  const outgoing: Outgoing = {
    send(code, headers, body) {
      if (gone()) return;
      stream.respond({ ...headers, ":status": code, "content-length": Buffer.byteLength(body) });
      stream.end(body);
      // A body nobody read would hold the stream, and with it the session's window.
      if (!stream.readableEnded) stream.resume();
    },
    pipe(code, headers, body) {
      if (gone()) return void body.destroy();
      stream.respond({ ...headers, ":status": code });
      body.once("error", () => stream.close(2));
      stream.once("close", () => body.destroy());
      body.pipe(stream);
    },
    begin(code, headers) {
      if (!gone()) stream.respond({ ...headers, ":status": code });
    },
    write: (piece) => gone() || stream.write(piece),
    drained: () =>
      new Promise((resolve) => {
        if (gone()) return resolve();
        // A long watch waits here many times: neither listener may stay behind.
        const done = () => {
          stream.off("drain", done);
          stream.off("close", done);
          resolve();
        };
        stream.once("drain", done);
        stream.once("close", done);
      }),
    end() {
      if (!gone()) stream.end();
    },
    abort: () => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM),
  };
  return outgoing;
}
