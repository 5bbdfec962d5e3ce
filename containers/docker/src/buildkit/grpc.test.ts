import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { createGrpcServer } from "./grpc-server.ts";
import { joined } from "./testing/joined.ts";

const types = ["StatusRequest", "SolveResponse"] as const;
const bytes = ["BytesMessage", "BytesMessage"] as const;

describe("connectGrpc()", () => {
  it("answers a call, with the metadata that goes along", async (t) => {
    const client = await joined(
      t,
      createGrpcServer({
        "/a/B": {
          ...{ request: "StatusRequest", response: "SolveResponse" },
          answer: async ({ ref }: { ref: string }, { metadata }) => ({
            exporterResponse: { ref, x: metadata("x") ?? "" },
          }),
        },
      }),
    );
    const answer = await client.unary("/a/B", types, { ref: "r" }, { metadata: { x: "y" } });
    assert.deepEqual({ ...answer }, { exporterResponse: { ref: "r", x: "y" } });
  });

  it("rejects with the code and the words of a failure", async (t) => {
    const client = await joined(
      t,
      createGrpcServer({
        "/a/B": {
          ...{ request: "StatusRequest", response: "SolveResponse" },
          answer: async () => {
            throw new GrpcError(grpcCode.notFound, "nothing: ü");
          },
        },
      }),
    );
    await assert.rejects(client.unary("/a/B", types, {}), { code: grpcCode.notFound, message: "nothing: ü" });
    await assert.rejects(client.unary("/a/C", types, {}), { code: grpcCode.unimplemented });
  });

  it("carries more than fits at once both ways, and ends with the other side", async (t) => {
    const client = await joined(
      t,
      createGrpcServer({
        "/a/B": {
          ...{ request: "BytesMessage", response: "BytesMessage" },
          async converse(call) {
            call.on("data", (message) => call.write(message));
            await once(call, "end");
          },
        },
      }),
    );
    type Bytes = { readonly data: Uint8Array };
    const stream = client.stream<Bytes, Bytes>("/a/B", bytes);
    const sending = (async () => {
      for (let count = 0; count < 100; count++) await stream.send({ data: Buffer.alloc(100_000, count) });
      stream.end();
    })();
    let received = 0;
    for await (const { data } of stream) received += data.byteLength;
    await sending;
    assert.equal(received, 10_000_000);
  });

  it("gives a call up when its signal says so", async (t) => {
    const seen = Promise.withResolvers<void>();
    const client = await joined(
      t,
      createGrpcServer({
        "/a/B": {
          ...{ request: "StatusRequest", response: "SolveResponse" },
          answer: (_: object, { signal }) =>
            new Promise((_, reject) => {
              seen.resolve();
              signal.addEventListener("abort", () => reject(signal.reason));
            }),
        },
      }),
    );
    const over = new AbortController();
    const call = client.unary("/a/B", types, {}, { signal: over.signal });
    await seen.promise;
    over.abort(new Error("enough"));
    await assert.rejects(call, /enough/);
  });
});
