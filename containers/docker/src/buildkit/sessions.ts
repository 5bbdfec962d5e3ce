/** Sessions: connections on which clients serve what builds need of them, such as files, credentials and secrets. */
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

const WAIT_MILLISECONDS = 5000;

/** Makes an empty collection. */
export function createSessions(): Sessions {
  const open = new Map<string, Session>();
  const waiting = new Map<string, PromiseWithResolvers<Session>>();
  return {
    add(session, methods) {
      // Some name their methods in small letters.
      const served = new Set([...methods].map((method) => method.toLowerCase()));
      const whole = { ...session, supports: (method: string) => served.has(method.toLowerCase()) };
      open.set(session.id, whole);
      waiting.get(session.id)?.resolve(whole);
      waiting.delete(session.id);
      void session.connection.closed.then(() => {
        if (open.get(session.id) === whole) open.delete(session.id);
      });
    },
    async get(id, signal) {
      const known = open.get(id);
      if (known !== undefined) return known;
      const awaited = waiting.get(id) ?? Promise.withResolvers<Session>();
      waiting.set(id, awaited);
      const over = AbortSignal.any([AbortSignal.timeout(WAIT_MILLISECONDS), ...(signal === undefined ? [] : [signal])]);
      const missing = new Promise<never>((_, reject) => {
        over.addEventListener("abort", () => reject(new GrpcError(grpcCode.notFound, `no active session for ${id}`)), {
          once: true,
        });
      });
      return Promise.race([awaited.promise, missing]).finally(() => {
        if (waiting.get(id) === awaited) waiting.delete(id);
      });
    },
  };
}
