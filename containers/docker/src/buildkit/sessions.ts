/** Sessions: connections on which clients serve what builds need of them, such as files, credentials and secrets. */
import { createAwaited } from "./awaited.ts";
import type { GrpcConnection } from "./grpc-client.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";

/** A client's session. */
export interface Session {
  readonly id: string;
  /** Tells apart what a client sends of the same name. */
  readonly sharedKey: string;
  readonly connection: GrpcConnection;
  /** Whether the client serves a method: "/moby.filesync.v1.FileSync/DiffCopy". */
  supports(method: string): boolean;
}

/** The sessions that are open. */
export interface Sessions {
  /** Keeps one until its connection closes. A later one of the same id takes its place. */
  add(session: Omit<Session, "supports">, methods: Iterable<string>): void;
  /** Waits for it a little: clients open their session and start what needs it at once. Rejects with a GrpcError. */
  get(id: string, signal?: AbortSignal): Promise<Session>;
}

/** Makes an empty collection. */
export function createSessions(): Sessions {
  const open = new Map<string, Session>();
  const awaited = createAwaited<Session>();
  return {
    add(session, methods) {
      // Some name their methods in small letters.
      const served = new Set([...methods].map((method) => method.toLowerCase()));
      const whole = { ...session, supports: (method: string) => served.has(method.toLowerCase()) };
      open.set(session.id, whole);
      awaited.arrived(session.id, whole);
      void session.connection.closed.then(() => {
        if (open.get(session.id) === whole) open.delete(session.id);
      });
    },
    async get(id, signal) {
      const missing = () => new GrpcError(grpcCode.notFound, `no active session for ${id}`);
      return open.get(id) ?? awaited.get(id, missing, signal);
    },
  };
}
