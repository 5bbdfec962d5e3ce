/** gRPC to whoever is at the other end of a connection that exists already: BuildKit's clients serve their sessions on the one they opened. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { Duplex } from "node:stream";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { codec, type MessageName } from "./wire.ts";

/** Names and values that go along with a call. */
export type Metadata = Readonly<Record<string, string | readonly string[]>>;

/** A call in which both sides send. Reading it to its end rejects with a GrpcError where the other side tells a failure. */
export interface GrpcStream<Sent extends object, Received extends object> extends AsyncIterable<Received> {
  /** Resolves once more may be sent. Rejects where the call is over. */
  send(message: Sent): Promise<void>;
  /** Says that nothing more will be sent. */
  end(): void;
  /** Gives the call up. Harmless when it is over. */
  cancel(): void;
}

/** What a call is made with. */
export interface CallOptions {
  readonly metadata?: Metadata;
  readonly signal?: AbortSignal | undefined;
}

/** The other end. */
export interface GrpcConnection {
  /** One message there, one back. Rejects with a GrpcError. */
  unary(path: string, types: readonly [MessageName, MessageName], request: object, o?: CallOptions): Promise<object>;
  /** Many messages both ways. */
  stream<Sent extends object, Received extends object>(
    path: string,
    types: readonly [MessageName, MessageName],
    o?: CallOptions,
  ): GrpcStream<Sent, Received>;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  close(): void;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 4 * 1024 * 1024;

/** Speaks to the server at the other end of `socket`, which must be unread. */
export function connectGrpc(socket: Duplex): GrpcConnection {
  const session: ClientHttp2Session = connect("http://localhost", {
    createConnection: () => socket,
    settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
  });
  const closed = new Promise<void>((resolve) => session.once("close", resolve));
  // Calls that are under way learn of it by themselves.
  session.on("error", () => session.destroy());
  // Half of a connection is none: by itself, a session would wait for its own half to be closed.
  socket.once("end", () => session.destroy());
  session.once("connect", () => session.setLocalWindowSize(2 * WINDOW_BYTES));

  function stream<Sent extends object, Received extends object>(
    path: string,
    [sent, received]: readonly [MessageName, MessageName],
    { metadata = {}, signal }: CallOptions = {},
  ): GrpcStream<Sent, Received> {
    signal?.throwIfAborted();
    if (session.closed || session.destroyed) throw new GrpcError(grpcCode.unavailable, "the client's session is over");
    const call = session.request({
      ...metadata,
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    } as Parameters<ClientHttp2Session["request"]>[0]);
    const cancel = () => call.close(constants.NGHTTP2_CANCEL);
    signal?.addEventListener("abort", cancel, { once: true });
    call.once("close", () => signal?.removeEventListener("abort", cancel));
    const failed = failureOf(call);
    let draining: Promise<void> | undefined;
    return {
      async send(message) {
        if (call.destroyed || call.closed) throw new GrpcError(grpcCode.unavailable, "the client ended the call");
        if (call.write(frame(codec.encode(sent, message)))) return;
        draining ??= drained(call).then(() => {
          draining = undefined;
        });
        await draining;
      },
      end: () => call.end(),
      cancel,
      async *[Symbol.asyncIterator]() {
        for await (const bytes of frames(call)) yield codec.decode(received, bytes) as Received;
        signal?.throwIfAborted();
        const failure = await failed;
        if (failure !== undefined) throw failure;
      },
    };
  }

  return {
    stream,
    async unary(path, types, request, options) {
      const call = stream(path, types, options);
      const sending = call.send(request);
      // A failure is told by the answer.
      sending.catch(() => undefined);
      call.end();
      let answer: object | undefined;
      for await (const message of call) answer = message;
      if (answer === undefined) throw new GrpcError(grpcCode.internal, `${path}: the client gave no answer`);
      return answer;
    },
    closed,
    close: () => session.close(),
  };
}

/** Resolves when the call is over: undefined where it went well. */
function failureOf(call: ClientHttp2Stream): Promise<GrpcError | undefined> {
  let status: Readonly<Record<string, unknown>> = {};
  const told = (headers: Readonly<Record<string, unknown>>) => {
    if (headers["grpc-status"] !== undefined) status = headers;
  };
  call.on("response", told);
  call.on("trailers", told);
  // It is told by the status that is then missing.
  call.on("error", () => undefined);
  return new Promise((resolve) => {
    call.once("close", () => {
      const code = status["grpc-status"];
      if (code === "0") resolve(undefined);
      else if (code === undefined) resolve(new GrpcError(grpcCode.unavailable, "the client's session broke off"));
      else resolve(new GrpcError(Number(code), unescaped(String(status["grpc-message"] ?? ""))));
    });
  });
}

/** Resolves once more may be written, or never any more. */
function drained(call: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      call.off("drain", over);
      call.off("close", over);
      resolve();
    };
    call.once("drain", over);
    call.once("close", over);
  });
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The messages in a stream of bytes; what comes of a call that broke off ends early. */
async function* frames(call: ClientHttp2Stream): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of call as AsyncIterable<Buffer>) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      let at = 0;
      while (pending.length - at >= 5) {
        const length = pending.readUInt32BE(at + 1);
        if (pending[at] !== 0) throw new GrpcError(grpcCode.internal, "the client compresses messages");
        if (length > MAX_MESSAGE_BYTES)
          throw new GrpcError(grpcCode.resourceExhausted, `a message of the client has ${length} bytes`);
        if (pending.length - at - 5 < length) break;
        yield pending.subarray(at + 5, at + 5 + length);
        at += 5 + length;
      }
      pending = pending.subarray(at);
    }
  } catch (error) {
    if (error instanceof GrpcError || !(error instanceof Error && "code" in error)) throw error;
  }
}
