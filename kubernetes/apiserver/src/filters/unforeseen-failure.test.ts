import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configMaps } from "@skiff/api/resources";
import type { Call } from "../call.ts";
import { startTestApiServer } from "../testing/start-test-api-server.ts";
import { errorFunnel } from "./error-funnel.ts";

const call = { info: { verb: "get", path: "/x" }, incoming: { signal: new AbortController().signal } } as Call;

describe("a failure nobody foresaw", () => {
  const CASES = [
    {
      when: "thrown at once",
      fail: () => {
        throw new TypeError("undefined is not a function");
      },
    },
    { when: "in a promise", fail: () => Promise.reject(new TypeError("undefined is not a function")) },
  ];
  for (const { when, fail } of CASES) {
    it(`is a 500 for its own request when ${when}, logged and not told`, async () => {
      const logged: string[] = [];
      const log = {
        debug: () => {},
        info: () => {},
        warn: () => {},
        error: (message: string) => void logged.push(message),
      };
      const reply = await errorFunnel({ log })(fail)(call);
      assert.equal(reply.type === "object" && reply.code, 500);
      assert.doesNotMatch(JSON.stringify(reply), /undefined is not/);
      assert.deepEqual(logged, ["request failed"]);
    });
  }

  it("leaves other requests alone", async (t) => {
    let broken = false;
    const fail = (): never => {
      throw new Error("the clock is broken");
    };
    const { api } = await startTestApiServer(t, {
      options: { clock: { now: () => (broken ? fail() : Date.now()) } },
    });
    const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } };
    broken = true;
    await assert.rejects(admin.call({ verb: "create", resource: configMaps, namespace: "default", body }), {
      code: 500,
    });
    broken = false;
    await admin.call({ verb: "create", resource: configMaps, namespace: "default", body });
  });
});
