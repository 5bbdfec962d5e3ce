/** Calls to an etcd cluster, whichever of its members answers. */
import { setTimeout as delay } from "node:timers/promises";
import { Metadata } from "@grpc/grpc-js";
import { StoreClosedError } from "../errors.ts";
import type { EtcdOptions } from "./etcd-options.ts";
import { failureOf, textOf, toStoreError } from "./failure.ts";
import { type Messages, methods } from "./generated/etcd-api.ts";
import { clientOf } from "./member-client.ts";
import { decode, encode } from "./protobuf.ts";

type Methods = typeof methods;
/** A method that answers once. */
export type Unary = Exclude<keyof Methods, "Watch" | "LeaseKeepAlive">;
/** A method with a stream in each direction. */
export type Streaming = "Watch" | "LeaseKeepAlive";
type Request<M extends keyof Methods> = Messages[Methods[M]["request"]];
type Response<M extends keyof Methods> = Messages[Methods[M]["response"]];

/** A connection to the member in use. One member at a time is used; a failure moves on to the next. */
export interface Connection extends Disposable {
  /** One attempt at the present member. Rejects with the gRPC error. A member that does not answer is left. */
  attempt<M extends Unary>(method: M, request: Request<M>): Promise<Response<M>>;
  /** Repeats `once` until it succeeds or patience is at its end; rejects with its last error. For what does no harm when done twice. */
  persist<T>(once: () => Promise<T>): Promise<T>;
  /** A call repeated like that. Throws the store's errors; `asked` is the revision it is about. */
  call<M extends Unary>(method: M, request: Request<M>, asked?: number): Promise<Response<M>>;
  /** A stream at the present member, which begins with `request`. Iterating rejects with the gRPC error. */
  open<M extends Streaming>(method: M, request: Request<M>, signal?: AbortSignal): AsyncIterable<Response<M>>;
  /**
   * What a loop around `attempt` or `open` does about a failure: waits and gives true where another attempt makes sense
   * before `deadline`, else gives false. `round` counts the failures so far, from 0.
   */
  recover(error: unknown, round: number, deadline: number): Promise<boolean>;
  /** When a call that begins now has to be over, in ms of `performance.now()`. */
  deadline(): number;
}

const ATTEMPT_MS = 3000;
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** Connects on first use. */
export function createConnection(o: EtcdOptions): Connection {
  const members = o.endpoints.map((endpoint) => ({ endpoint, client: clientOf(endpoint, o) }));
  let current = 0;
  let closed = false;
  let token: Promise<string> | undefined;
  /** Said once for each outage. */
  let troubled = false;
  const patienceMs = o.patienceMs ?? PATIENCE_MS;

  const member = () => {
    const found = members[current];
    if (!found || closed) throw new StoreClosedError("it has been closed");
    return found;
  };
  /** Leaves the member a failure was seen at, unless somebody else did already. */
  const moveOn = (seenAt: number) => {
    if (current === seenAt) current = (current + 1) % members.length;
  };
  const unary = <M extends Unary>(method: M, request: Request<M>, metadata: Metadata): Promise<Response<M>> => {
    const { client } = member();
    const at = current;
    const { path, request: sent, response: received } = methods[method];
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        (value: Request<M>) => encode(sent, value),
        (bytes) => decode(received, bytes) as Response<M>,
        request,
        metadata,
        { deadline: Date.now() + ATTEMPT_MS },
        (error, value) => {
          if (!error && value !== undefined) {
            troubled = false;
            return resolve(value);
          }
          if (failureOf(error) === "again") moveOn(at);
          reject(closed ? new StoreClosedError("it has been closed") : error);
        },
      );
    });
  };
  const authenticate = async ({ name, password }: { name: string; password: string }): Promise<string> =>
    (await unary("Authenticate", { name, password }, new Metadata())).token;
  /** A member without a leader refuses, so that the call goes to one that has one. */
  const metadata = async (): Promise<Metadata> => {
    const result = new Metadata();
    result.set("hasleader", "true");
    if (!o.user) return result;
    token ??= authenticate(o.user);
    const asked = token;
    try {
      result.set("token", await asked);
    } catch (error) {
      if (token === asked) token = undefined;
      throw error;
    }
    return result;
  };

  const connection: Connection = {
    attempt: async (method, request) => unary(method, request, await metadata()),
    async persist(once) {
      const deadline = connection.deadline();
      for (let round = 0; ; round++) {
        try {
          return await once();
        } catch (error) {
          if (!(await connection.recover(error, round, deadline))) throw error;
        }
      }
    },
    async call(method, request, asked) {
      try {
        return await connection.persist(() => connection.attempt(method, request));
      } catch (error) {
        throw toStoreError(error, asked);
      }
    },
    async *open(method, first, signal) {
      const { path, request, response } = methods[method];
      const carried = await metadata();
      if (signal?.aborted) return;
      const at = current;
      const stream = member().client.makeBidiStreamRequest(
        path,
        (value: typeof first) => encode(request, value),
        (bytes) => decode(response, bytes) as Response<typeof method>,
        carried,
      );
      const cancel = () => stream.cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      // Iterating reports errors; those after the iteration, such as that of cancelling, must not end the process.
      stream.on("error", (error) => {
        if (failureOf(error) === "again") moveOn(at);
      });
      try {
        stream.write(first);
        for await (const message of stream) yield message as Response<typeof method>;
      } catch (error) {
        if (!signal?.aborted) throw closed ? new StoreClosedError("it has been closed") : error;
      } finally {
        signal?.removeEventListener("abort", cancel);
        stream.cancel();
      }
    },
    async recover(error, round, deadline) {
      const failure = failureOf(error);
      if (closed || (failure !== "again" && failure !== "token")) return false;
      // A token ends with its time, or with the member that gave it; a wrong password stays wrong.
      if (failure === "token") {
        if (!o.user || token === undefined || round > 2) return false;
        token = undefined;
      }
      // Every member is tried once before there is a pause.
      const pauses = Math.floor(round / members.length);
      const pause = round < members.length - 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** pauses, LONGEST_PAUSE_MS);
      if (performance.now() + pause > deadline) return false;
      if (round >= members.length && !troubled) {
        troubled = true;
        o.log.warn("etcd does not answer, trying on", { endpoint: member().endpoint, reason: textOf(error) });
      }
      await delay(pause);
      return !closed;
    },
    deadline: () => performance.now() + patienceMs,
    [Symbol.dispose]() {
      closed = true;
      for (const { client } of members) client.close();
    },
  };
  return connection;
}
