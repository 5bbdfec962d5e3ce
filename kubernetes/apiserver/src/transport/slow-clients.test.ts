import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { connect } from "node:tls";
import { createAuthority } from "../pki/index.ts";
import { listen } from "./listener.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe("a client that does not get to the point", () => {
  const CASES = [
    { when: "in the head of its request", text: "GET /healthz HTTP/1.1\r\nhost: x\r\n" },
    { when: "in the body", text: "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{" },
    { when: "before it says anything", text: "" },
  ];
  for (const { when, text } of CASES) {
    it(`is cut off ${when}`, { timeout: 20_000 }, async (t) => {
      const authority = await createAuthority({ cn: "ca" });
      const serving = await authority.issue({ cn: "server", sans: ["localhost"], usages: ["server"] });
      const handler = async (call: { incoming: { body(): Promise<unknown> } }) => {
        await call.incoming.body();
        return { type: "raw", code: 200, contentType: "text/plain", body: "ok" } as const;
      };
      const tls = { ...serving, clientCa: authority.cert };
      const at = { host: "127.0.0.1", port: 0 };
      const listener = await listen(handler, tls, at, silent, undefined, { head: 200, request: 400 });
      t.after(() => listener[Symbol.asyncDispose]());
      const socket = connect({
        host: "127.0.0.1",
        port: listener.port,
        ca: authority.cert,
        servername: "localhost",
        ALPNProtocols: ["http/1.1"],
      });
      t.after(() => socket.destroy());
      socket.on("error", () => {});
      socket.resume();
      await once(socket, "secureConnect");
      if (text !== "") socket.write(text);
      await once(socket, "close");
      assert.equal(socket.destroyed, true);
    });
  }
});
