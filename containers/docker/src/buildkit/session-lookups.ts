/** What builds ask of a client's session: credentials, secrets, and its SSH agent. */

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { FindAuth, Lookup } from "@skiff/builder";
import { parseReference } from "@skiff/registry";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import type { Session } from "./sessions.ts";

const CREDENTIALS = "/moby.filesync.v1.Auth/Credentials";
const SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
const CHECK_AGENT = "/moby.sshforward.v1.SSH/CheckAgent";
const FORWARD_AGENT = "/moby.sshforward.v1.SSH/ForwardAgent";

/** The logins that the client has. */
export function sessionAuth(session: Session, signal: AbortSignal): FindAuth {
  return async (reference) => {
    if (!session.supports(CREDENTIALS)) return undefined;
    const { registry } = parseReference(reference);
    // The name by which clients know Docker Hub's login.
    const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
    const { username, secret } = (await session.connection.unary(
      CREDENTIALS,
      ["CredentialsRequest", "CredentialsResponse"],
      { host },
      { signal },
    )) as { username: string; secret: string };
    if (secret === "") return undefined;
    return username === "" ? { identityToken: secret } : { username, password: secret };
  };
}

/** The secrets that the client gives to the build. */
export function sessionSecrets(session: Session, signal: AbortSignal): Lookup<Uint8Array> {
  return {
    async get(id) {
      if (!session.supports(SECRET)) return undefined;
      try {
        const types = ["GetSecretRequest", "GetSecretResponse"] as const;
        const { data } = (await session.connection.unary(SECRET, types, { id }, { signal })) as { data: Uint8Array };
        return data;
      } catch (error) {
        if (error instanceof GrpcError && error.code === grpcCode.notFound) return undefined;
        throw error;
      }
    },
  };
}

/** SSH agents of the client, each as a socket of ours. */
export interface SessionAgents extends Lookup<string>, AsyncDisposable {}

/** Makes sockets below `scratch` when they are asked for. Disposing of it closes them. */
export function sessionAgents(session: Session, scratch: string, signal: AbortSignal): SessionAgents {
  const known = new Map<string, Promise<string | undefined>>();
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const directories: string[] = [];

  async function open(id: string): Promise<string | undefined> {
    if (!session.supports(FORWARD_AGENT)) return undefined;
    try {
      await session.connection.unary(CHECK_AGENT, ["CheckAgentRequest", "Empty"], { id }, { signal });
    } catch (error) {
      if (error instanceof GrpcError && error.code === grpcCode.unknown) return undefined;
      throw error;
    }
    const directory = await mkdtemp(join(scratch, "agent-"));
    directories.push(directory);
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // Either side may leave at any time; the other one is then told by the end of its connection.
      forward(id, socket).catch(() => socket.destroy());
    });
    servers.push(server);
    const path = join(directory, "socket");
    server.listen(path);
    await once(server, "listening");
    return path;
  }

  async function forward(id: string, socket: Socket): Promise<void> {
    type Bytes = { data: Uint8Array };
    const stream = session.connection.stream<Bytes, Bytes>(FORWARD_AGENT, ["BytesMessage", "BytesMessage"], {
      metadata: { "buildkit.ssh.id": id },
      signal,
    });
    const there = async () => {
      for await (const data of socket as AsyncIterable<Buffer>) await stream.send({ data });
      stream.end();
    };
    const back = async () => {
      for await (const { data } of stream) socket.write(data);
      socket.end();
    };
    await Promise.all([there(), back()]);
  }

  return {
    get(id) {
      const opened = known.get(id) ?? open(id);
      known.set(id, opened);
      return opened;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
      for (const directory of directories) await rm(directory, { recursive: true, force: true });
    },
  };
}
