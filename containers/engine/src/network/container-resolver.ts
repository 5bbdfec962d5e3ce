/**
 * The resolver that containers in networks of their own find at 127.0.0.11, as Docker's do. Its sockets are in the container's network
 * namespace, on ports of their own that port 53 of that address leads to: a program inside may have port 53 for itself.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect as connectTcp, createServer, type Socket as TcpSocket } from "node:net";
import { bindInNamespace, inNamespaces, type Logger, nft } from "@skiff/linux";
import { answerQuery, failure, type Names } from "./name-service.ts";

/** Where containers look for it. */
export const RESOLVER_ADDRESS = "127.0.0.11";
const PORT = 53;
const TIMEOUT_MS = 3000;
/** Questions of one container that others are asked at once. */
const MAX_FORWARDED = 256;
const MAX_TCP = 64;

export interface ResolverOptions {
  /** Where the container's network namespace is pinned. */
  readonly namespace: string;
  readonly names: Names;
  /** Servers for all other names; none where the container cannot reach the outside. */
  readonly upstreams: () => readonly string[];
  readonly log: Logger;
}

/** Starts it. Disposing of it closes the sockets; the rule that leads to them goes with the namespace, or with the next start. */
export async function startResolver(o: ResolverOptions): Promise<AsyncDisposable> {
  let forwarded = 0;
  const resolve = async (query: Buffer, forward: (server: string) => Promise<Buffer>): Promise<Buffer | undefined> => {
    try {
      const own = answerQuery(query, o.names);
      if (own) return own;
    } catch (error) {
      // Not a query: nobody waits for an answer to it.
      o.log.debug("A container sent its resolver something else than a query", { error: String(error) });
      return undefined;
    }
    if (forwarded >= MAX_FORWARDED) return failure(query);
    forwarded++;
    try {
      for (const server of o.upstreams()) {
        try {
          return await forward(server);
        } catch (error) {
          o.log.debug("A name server did not answer", { server, error: String(error) });
        }
      }
      return failure(query);
    } finally {
      forwarded--;
    }
  };

  const udp = createSocket("udp4");
  udp.on("message", (query: Buffer, from: RemoteInfo) => {
    void resolve(query, (server) => askUdp(server, query)).then((answer) => {
      if (answer) udp.send(answer, from.port, from.address, () => undefined);
    });
  });
  // A descriptor is taken at once, and says so before `bind` returns.
  const receiving = once(udp, "listening");
  udp.bind({ fd: bindInNamespace(o.namespace, "udp", RESOLVER_ADDRESS, 0) });
  await receiving;
  udp.on("error", (error) => o.log.warn("A container's resolver failed", { error: String(error) }));

  const sockets = new Set<TcpSocket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(TIMEOUT_MS * 2, () => socket.destroy());
    const frames = framesOf((query) => {
      void resolve(query, (server) => askTcp(server, query)).then((answer) => {
        if (answer && !socket.destroyed) socket.write(framed(answer));
      });
    });
    socket.on("data", frames);
  });
  tcp.maxConnections = MAX_TCP;
  const accepting = once(tcp, "listening");
  tcp.listen({ fd: bindInNamespace(o.namespace, "tcp", RESOLVER_ADDRESS, 0) });
  await accepting;

  const ports = { udp: udp.address().port, tcp: (tcp.address() as { port: number }).port };
  // Started in the namespace, waited for outside of it.
  await inNamespaces({ net: o.namespace }, () => nft(rules(ports)));
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed(udp), new Promise<void>((resolve) => tcp.close(() => resolve()))]);
    },
  };
}

function rules(ports: { readonly udp: number; readonly tcp: number }): string {
  const lead = (protocol: "udp" | "tcp"): string =>
    `    ip daddr ${RESOLVER_ADDRESS} ${protocol} dport ${PORT} dnat to ${RESOLVER_ADDRESS}:${ports[protocol]}`;
  return [
    "add table ip skiff-resolver",
    "delete table ip skiff-resolver",
    "table ip skiff-resolver {",
    "  chain output {",
    "    type nat hook output priority -100; policy accept;",
    lead("udp"),
    lead("tcp"),
    "  }",
    "}",
    "",
  ].join("\n");
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

async function askUdp(server: string, query: Buffer): Promise<Buffer> {
  const socket = createSocket("udp4");
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    socket.connect(PORT, server);
    await once(socket, "connect", { signal });
    socket.send(query);
    for (;;) {
      const [answer] = (await once(socket, "message", { signal })) as [Buffer];
      // Anything else is a late answer to an earlier question, or forged.
      if (answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0)) return answer;
    }
  } finally {
    socket.close();
  }
}

async function askTcp(server: string, query: Buffer): Promise<Buffer> {
  const socket = connectTcp({ host: server, port: PORT });
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    await once(socket, "connect", { signal });
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    socket.on("data", framesOf(resolve));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    socket.write(framed(query));
    return await promise;
  } finally {
    socket.destroy();
  }
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Cuts a stream into messages, each behind its length (RFC 1035, 4.2.2). */
function framesOf(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      take(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  };
}
