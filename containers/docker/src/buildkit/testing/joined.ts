/** Both ends of one gRPC connection, for tests. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { TestContext } from "node:test";
import { connectGrpc, type GrpcConnection } from "../grpc-client.ts";
import type { GrpcServer } from "../grpc-server.ts";

/** A client of the server, which goes with the test as the server does. */
export async function joined(t: TestContext, server: GrpcServer): Promise<GrpcConnection> {
  const listener = createServer({ pauseOnConnect: true }, (socket) => {
    server.accept(socket);
    socket.resume();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  assert.ok(typeof address === "object" && address !== null);
  const socket = connect(address.port, "127.0.0.1");
  await once(socket, "connect");
  const client = connectGrpc(socket);
  t.after(() => {
    client.close();
    socket.destroy();
    server[Symbol.dispose]();
    listener.close();
  });
  return client;
}
