/** Port-forward: SPDY alone or tunnelled in a WebSocket, as kubectl speaks, or a WebSocket's channels, as other clients do. */
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createWebSocketStream, type WebSocket } from "ws";
import { channelWriter, receiveChannels, sendOn } from "./channels.ts";
import { serveSpdy } from "./spdy/spdy-connection.ts";
import type { SpdyStream } from "./spdy/spdy-stream.ts";
import type { StreamRoute } from "./stream-upgrader.ts";

const TUNNEL_PROTOCOL = "SPDY/3.1+portforward.k8s.io";
const WEB_SOCKET_PROTOCOLS = [TUNNEL_PROTOCOL, "v4.channel.k8s.io"];
const SPDY_PROTOCOLS = ["portforward.k8s.io"];

/** Opens a connection to a port inside the Pod. */
export type Dial = (port: number) => Promise<Duplex>;

export interface PortForwardTarget {
  /** The ports asked for in the request; matters to channels only. */
  readonly ports: readonly number[];
  readonly dial: Dial;
  /** Names the Pod in what the client is told. */
  readonly target: string;
}

/** The route to the ports of a Pod, however the client comes. */
export function portForwardRoute({ ports, dial, target }: PortForwardTarget): StreamRoute {
  const explain = explainer(target);
  return {
    webSocket: {
      protocols: WEB_SOCKET_PROTOCOLS,
      serve: (socket, protocol) =>
        protocol === TUNNEL_PROTOCOL
          ? serveTunnel(createWebSocketStream(socket), dial, explain)
          : serveChannels(socket, protocol, ports, dial, explain),
    },
    spdy: { protocols: SPDY_PROTOCOLS, serve: (transport) => serveTunnel(transport, dial, explain) },
  };
}

type Explain = (port: number, failure: unknown) => string;

function explainer(target: string): Explain {
  return (port, failure) => `error forwarding port ${port} to ${target}: ${reason(port, failure)}`;
}

/** A connection inside the Pod is made without blocking: that nobody listens shows when it is first used. */
function reason(port: number, failure: unknown): string {
  const { code } = failure as NodeJS.ErrnoException;
  return code === "ECONNREFUSED"
    ? `dial tcp4 127.0.0.1:${port}: connect: connection refused`
    : failure instanceof Error
      ? failure.message
      : String(failure);
}

/** Every forwarded connection is a pair of streams with one request id: first the one for errors, then the one for data. */
async function serveTunnel(transport: Duplex, dial: Dial, explain: Explain): Promise<void> {
  const errors = new Map<string, SpdyStream>();
  await serveSpdy(transport, (stream) => {
    const id = stream.headers.get("requestid") ?? "";
    if (stream.headers.get("streamtype") === "error") {
      errors.set(id, stream);
      stream.resume();
      return;
    }
    const error = errors.get(id);
    errors.delete(id);
    void forward(stream, error, Number(stream.headers.get("port")), dial, explain);
  });
}

async function forward(
  data: SpdyStream,
  error: SpdyStream | undefined,
  port: number,
  dial: Dial,
  explain: Explain,
): Promise<void> {
  try {
    const connection = await dialed(port, dial);
    await both(data, connection);
  } catch (failure) {
    if (error && !error.destroyed) error.write(explain(port, failure));
    data.destroy();
  } finally {
    error?.end();
  }
}

/**
 * Copies in both directions until the Pod's side has ended, and rejects when it breaks. What the client sends after that has nowhere
 * to go; its ending first is passed on and ends nothing else.
 */
async function both(client: Duplex, connection: Duplex): Promise<void> {
  let broken: Error | undefined;
  connection.once("error", (error) => {
    if (!client.destroyed) broken = error;
  });
  client.pipe(connection);
  client.once("close", () => connection.destroy());
  try {
    await pipeline(connection, client);
  } catch {
    // Either the Pod's side broke, or the client left, which is no failure.
    if (broken) throw broken;
  } finally {
    client.unpipe(connection);
    client.resume();
    connection.destroy();
  }
}

/** Port i has channel 2i for data and 2i+1 for errors; each begins with the port's number, little endian. */
async function serveChannels(
  socket: WebSocket,
  protocol: string,
  ports: readonly number[],
  dial: Dial,
  explain: Explain,
): Promise<void> {
  const inputs = new Map<number, Duplex | Buffer[]>();
  ports.forEach((_, index) => {
    inputs.set(index * 2, []);
  });
  receiveChannels(socket, protocol, {
    data(number, payload) {
      const input = inputs.get(number);
      if (Array.isArray(input)) input.push(payload);
      else if (input && !input.write(payload)) {
        socket.pause();
        input.once("drain", () => socket.resume());
        input.once("close", () => socket.resume());
      }
    },
    closed: (number) => {
      const input = inputs.get(number);
      if (input && !Array.isArray(input)) input.end();
    },
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => socket.terminate());
  const all = ports.map(async (port, index) => {
    const announcement = Buffer.alloc(2);
    announcement.writeUInt16LE(port);
    await sendOn(socket, index * 2, announcement);
    await sendOn(socket, index * 2 + 1, announcement);
    try {
      const connection = await dialed(port, dial);
      void closed.then(() => connection.destroy());
      const waiting = inputs.get(index * 2);
      inputs.set(index * 2, connection);
      if (Array.isArray(waiting)) for (const chunk of waiting) connection.write(chunk);
      await pipeline(connection, channelWriter(socket, index * 2));
    } catch (error) {
      if (socket.readyState === socket.OPEN) await sendOn(socket, index * 2 + 1, Buffer.from(explain(port, error)));
    }
  });
  await Promise.race([Promise.allSettled(all), closed]);
  socket.close(1000);
}

async function dialed(port: number, dial: Dial): Promise<Duplex> {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`cannot forward to port ${port}`);
  const connection = await dial(port);
  connection.on("error", () => undefined); // seen by whoever copies
  return connection;
}
