import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StatusError } from "@skiff/api";
import { StoreFullError, StoreUnavailableError, TooLargeError } from "@skiff/store";
import type { Call } from "../call.ts";
import { errorFunnel } from "./error-funnel.ts";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const call = {
  info: { verb: "get", path: "/" },
  incoming: { signal: new AbortController().signal },
} as unknown as Call;

describe("errorFunnel()", () => {
  const cases: { when: string; error: Error; code: number; reason: string; message: string }[] = [
    {
      when: "a handler says so itself",
      error: StatusError.badRequest("no"),
      code: 400,
      reason: "BadRequest",
      message: "no",
    },
    {
      when: "the store cannot be reached",
      error: new StoreUnavailableError("etcd does not answer"),
      code: 503,
      reason: "ServiceUnavailable",
      message: "Cannot reach the store: etcd does not answer",
    },
    {
      when: "the store's disk is full",
      error: new StoreFullError("the disk is full"),
      code: 503,
      reason: "ServiceUnavailable",
      message: "Cannot write to the store: the disk is full",
    },
    {
      when: "the store does not take so much",
      error: new TooLargeError("etcd takes less"),
      code: 413,
      reason: "RequestEntityTooLarge",
      message: "Request entity is too large: Cannot write to the store: etcd takes less",
    },
    {
      when: "it is our fault: details are not told",
      error: new TypeError("x is undefined"),
      code: 500,
      reason: "InternalError",
      message: "Internal error occurred: the server failed to answer this request",
    },
  ];
  for (const { when, error, ...expected } of cases) {
    it(`answers ${expected.code} when ${when}`, async () => {
      const reply = await errorFunnel({ log })(() => Promise.reject(error))(call);
      assert.ok(reply.type === "object");
      const { reason, message } = reply.object as { reason?: string; message?: string };
      assert.deepEqual({ code: reply.code, reason, message }, expected);
    });
  }
});
