import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Logger } from "@skiff/api";
import { fitDatagram } from "./message.ts";
import type { Reply } from "./resolver.ts";
import { lengthPrefix } from "./upstream.ts";

const MAX_CONNECTIONS = 256;
const IDLE_MS = 10_000;
/** Questions of one connection being answered at a time; its reading waits beyond that. */
const MAX_PIPELINED = 32;
const MIN_REQUEST = 12;

/** A listening server: UDP and TCP on the same port. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

/** Listens on `address`; port 0 takes any port that is free for both. Rejects when the address or port is not to be had. */
export async function listen(o: {
  readonly address: string;
  readonly port: number;
  readonly answer: (request: Buffer) => Reply | Promise<Reply>;
  readonly log: Logger;
}): Promise<Listener> {
  const { address, answer, log } = o;
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    serveConnection(socket, answer);
  });
  tcp.maxConnections = MAX_CONNECTIONS;
  tcp.listen({ host: address, port: o.port });
  await once(tcp, "listening");
  const bound = tcp.address();
  const port = typeof bound === "object" && bound ? bound.port : o.port;

  const udp = createSocket({ type: address.includes(":") ? "udp6" : "udp4", recvBufferSize: 1 << 20 });
  udp.on("message", (request, from) => {
    const send = (reply: Reply) => {
      // A client that is gone, or a send buffer that is full, is like a lost packet.
      if (reply) udp.send(fitDatagram(reply.message, reply.maxBytes), from.port, from.address, () => {});
    };
    const reply = answer(request);
    if (reply instanceof Promise) reply.then(send, (error: unknown) => log.error("dns answer failed", { error }));
    else send(reply);
  });
  try {
    udp.bind(port, address);
    await once(udp, "listening");
  } catch (error) {
    tcp.close();
    throw error;
  }
  udp.on("error", (error) => log.warn("dns socket error", { error }));
  tcp.on("error", (error) => log.warn("dns socket error", { error }));
  return {
    port,
    async [Symbol.asyncDispose]() {
      udp.close();
      const closed = once(tcp, "close");
      tcp.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

function serveConnection(socket: Socket, answer: (request: Buffer) => Reply | Promise<Reply>): void {
  let received: Buffer = Buffer.alloc(0);
  let answering = 0;
  const take = () => {
    while (answering < MAX_PIPELINED && received.length >= 2) {
      const length = received.readUInt16BE(0);
      if (length < MIN_REQUEST) {
        socket.destroy();
        return;
      }
      if (received.length < 2 + length) break;
      const request = Buffer.from(received.subarray(2, 2 + length));
      received = received.subarray(2 + length);
      answering++;
      Promise.resolve(answer(request)).then(
        (reply) => {
          answering--;
          if (reply && !socket.destroyed) socket.write(Buffer.concat([lengthPrefix(reply.message), reply.message]));
          take();
        },
        () => socket.destroy(), // the other end sees that there will be no answer
      );
    }
    if (answering >= MAX_PIPELINED) socket.pause();
    else if (socket.isPaused()) socket.resume();
  };
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy()); // resets are everyday on the network
  socket.on("data", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    take();
  });
}
