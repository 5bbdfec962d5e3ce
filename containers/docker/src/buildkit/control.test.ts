import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { describe, it } from "node:test";
import { type ControlDeps, controlMethods } from "./control.ts";
import type { GrpcStream } from "./grpc-client.ts";
import { createGrpcServer } from "./grpc-server.ts";
import { createSessions } from "./sessions.ts";
import { joined } from "./testing/joined.ts";

type Bytes = { readonly data: Uint8Array };

/** A stream of bytes in messages, as a connection. */
function connectionOf(stream: GrpcStream<Bytes, Bytes>): Duplex {
  const connection = new Duplex({
    read: () => undefined,
    write: (data: Buffer, _, done) => void stream.send({ data }).then(() => done(), done),
    destroy: (error, done) => {
      stream.cancel();
      done(error);
    },
  });
  const copy = async () => {
    for await (const { data } of stream) connection.push(Buffer.from(data));
    connection.push(null);
  };
  copy().catch(() => connection.destroy());
  return connection;
}

describe("Control.Session", () => {
  it("lets the builder call its client inside a call of the client's", async (t) => {
    const sessions = createSessions();
    const deps = { sessions, version: "1" } as unknown as ControlDeps;
    const control = await joined(t, createGrpcServer(controlMethods(deps)));
    const method = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
    const stream = control.stream<Bytes, Bytes>("/moby.buildkit.v1.Control/Session", ["BytesMessage", "BytesMessage"], {
      metadata: { "x-docker-expose-session-uuid": "s", "x-docker-expose-session-grpc-method": [method, "/other"] },
    });
    const client = createGrpcServer({
      [method]: {
        ...{ request: "GetSecretRequest", response: "GetSecretResponse" },
        answer: async ({ id }: { id: string }) => ({ data: Buffer.from(`value of ${id}`) }),
      },
    });
    t.after(() => client[Symbol.dispose]());
    client.accept(connectionOf(stream));
    const session = await sessions.get("s");
    assert.ok(session.supports(method) && !session.supports("/nothing"));
    const types = ["GetSecretRequest", "GetSecretResponse"] as const;
    const { data } = (await session.connection.unary(method, types, { id: "token" })) as Bytes;
    assert.equal(Buffer.from(data).toString(), "value of token");
    stream.cancel();
    await session.connection.closed;
  });

  it("is asked for in vain where nobody opened it", async () => {
    const gone = AbortSignal.abort();
    await assert.rejects(createSessions().get("s", gone), /no active session for s/);
  });
});
