import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, constants } from "node:http2";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { createAuthority } from "../pki/index.ts";
import { listen } from "./listener.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** More than a burst is by Node's default, which then ends the connection. */
const REQUESTS = 2000;

describe("a client that gives up one request after the other", () => {
  it("keeps its connection: so do those that end watches", { timeout: 20_000 }, async (t) => {
    const authority = await createAuthority({ cn: "ca" });
    const serving = await authority.issue({ cn: "server", sans: ["localhost"], usages: ["server"] });
    const handler = async () =>
      ({ type: "raw", code: 200, contentType: "text/plain", body: new PassThrough() }) as const;
    const tls = { ...serving, clientCa: authority.cert };
    const listener = await listen(handler, tls, { host: "127.0.0.1", port: 0 }, silent);
    t.after(() => listener[Symbol.asyncDispose]());
    const session = connect(`https://localhost:${listener.port}`, { ca: authority.cert });
    t.after(() => session.destroy());
    session.on("error", () => {});
    for (let i = 0; i < REQUESTS; i++) {
      const request = session.request({ ":path": "/watch" });
      request.on("error", () => {});
      request.resume();
      await once(request, "response");
      request.close(constants.NGHTTP2_CANCEL);
      await once(request, "close");
    }
    assert.equal(session.closed, false);
    const last = session.request({ ":path": "/last" });
    const [headers] = await once(last, "response");
    assert.equal(headers[":status"], 200);
  });
});
