/** The addresses that CRI's Exec, Attach and PortForward answer with: a server on loopback, and a token for each that is good once. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@skiff/linux";
import { CriError, criCode } from "../cri-error.ts";
import type { AttachRequest, ExecRequest, PortForwardRequest } from "../generated/cri.ts";
import type { Streaming } from "../streaming.ts";
import { portForwardRoute } from "./port-forward.ts";
import { sessionRoute } from "./session-route.ts";
import { createStreamUpgrader, NoCommonProtocol, type StreamRoute } from "./stream-upgrader.ts";

/** Gives addresses; each is good for one connection within a minute. */
export interface StreamingServer extends AsyncDisposable {
  exec(request: ExecRequest): string;
  attach(request: AttachRequest): string;
  portForward(request: PortForwardRequest): string;
}

const TOKEN_MS = 60_000;
const MAX_TOKENS = 1000;

/** What a token stands for. A client that speaks channels names its ports in the address. */
interface Ticket {
  readonly kind: "exec" | "attach" | "portforward";
  routeFor(ports: readonly number[]): StreamRoute;
}

/** Listens on a free port of the loopback address. Disposing of it ends all streams. */
export async function startStreamingServer({
  streaming,
  log,
}: {
  readonly streaming: Streaming;
  readonly log: Logger;
}): Promise<StreamingServer> {
  const tickets = new Map<string, Ticket>();
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    const known = tickets.has(tokenOf(request));
    response.writeHead(known ? 400 : 404, { "content-type": "text/plain" });
    response.end(known ? "Upgrade request required\n" : "404 page not found\n");
  });
  const upgrade = createStreamUpgrader();
  const broken = (kind: string) => (error: unknown) =>
    log.debug("A stream broke off", { kind, error: error instanceof Error ? error.message : String(error) });

  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const token = tokenOf(request);
    const ticket = tickets.get(token);
    tickets.delete(token);
    if (!ticket) return refuse(socket, 404, "404 page not found");
    try {
      upgrade({ request, socket, head }, ticket.routeFor(portsOf(request)), broken(ticket.kind));
    } catch (error) {
      if (!(error instanceof NoCommonProtocol)) throw error;
      refuse(socket, 403, error.message);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const issue = (ticket: Ticket): string => {
    if (tickets.size >= MAX_TOKENS)
      throw new CriError(criCode.unavailable, "too many streams are waiting to be connected to");
    const token = randomBytes(24).toString("base64url");
    tickets.set(token, ticket);
    setTimeout(() => tickets.delete(token), TOKEN_MS).unref();
    return `http://127.0.0.1:${port}/${ticket.kind}/${token}`;
  };
  const session = (kind: "exec" | "attach", request: ExecRequest): Ticket => {
    const { tty = false, stdin = false, stdout = false, stderr = false } = request;
    const route = sessionRoute({
      open: (signal) => (kind === "exec" ? streaming.exec(request, signal) : streaming.attach(request, signal)),
      tellExit: kind === "exec",
      wanted: { tty, stdin, stdout, stderr },
    });
    return { kind, routeFor: () => route };
  };
  return {
    exec: (request) => issue(session("exec", request)),
    attach: (request) => issue(session("attach", request)),
    portForward: ({ podSandboxId = "", port: named = [] }) => {
      const target = { dial: (to: number) => streaming.portForward(podSandboxId, to), target: `pod ${podSandboxId}` };
      const routeFor = (asked: readonly number[]) =>
        portForwardRoute({ ...target, ports: asked.length > 0 ? asked : named });
      return issue({ kind: "portforward", routeFor });
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function tokenOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0]?.split("/")[2] ?? "";
}

function portsOf({ url = "" }: IncomingMessage): number[] {
  return new URL(url, "http://localhost").searchParams.getAll("port").map(Number);
}

function refuse(socket: Duplex, status: number, body: string): void {
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
