/** A gRPC server for connections that somebody else accepts. */
import { once } from "node:events";
import type { Duplex } from "node:stream";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { codec, type MessageName } from "./wire.ts";

/** What a method knows of the call besides its request. */
export interface CallContext {
  /** A value that the client sent along; the first of several. */
  readonly metadata: (name: string) => string | undefined;
  readonly allMetadata: (name: string) => readonly string[];
  /** Aborts when the client gives the call up. */
  readonly signal: AbortSignal;
}

/** A method: the types of its messages, and what it does in one of three ways. */
export type Method = { readonly request: MessageName; readonly response: MessageName } & (
  | { readonly answer: (request: never, context: CallContext) => Promise<object> }
  | { readonly stream: (request: never, context: CallContext) => AsyncIterable<object> }
  | { readonly converse: (call: ServerDuplexStream<object, object>, context: CallContext) => Promise<void> }
);

/** Methods by their path: "/moby.buildkit.v1.Control/Info". */
export type Methods = Readonly<Record<string, Method>>;

/** A server without a socket of its own. */
export interface GrpcServer extends Disposable {
  /** Serves a connection, which must be unread. */
  accept(connection: Duplex): void;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Serves the methods. Disposing of it ends all calls. */
export function createGrpcServer(methods: Methods): GrpcServer {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": -1,
  });
  server.addService(definition(methods), implementation(methods));
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    accept(connection) {
      // Half of a connection is none.
      connection.once("end", () => connection.end());
      connections.injectConnection(connection);
    },
    [Symbol.dispose]() {
      connections.destroy();
      server.forceShutdown();
    },
  };
}

function definition(methods: Methods): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methods).map(([path, method]) => [
      path,
      {
        path,
        requestStream: "converse" in method,
        responseStream: !("answer" in method),
        requestSerialize: (value: object) => codec.encode(method.request, value),
        requestDeserialize: (bytes: Buffer) => codec.decode(method.request, bytes),
        responseSerialize: (value: object) => codec.encode(method.response, value),
        responseDeserialize: (bytes: Buffer) => codec.decode(method.response, bytes),
      },
    ]),
  );
}

function implementation(methods: Methods): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([path, method]) => {
      if ("answer" in method) return [path, single(method.answer as Answer)];
      return [path, "stream" in method ? streamed(method.stream as Stream) : conversed(method.converse)];
    }),
  );
}

type Answer = (request: object, context: CallContext) => Promise<object>;
type Stream = (request: object, context: CallContext) => AsyncIterable<object>;
type Converse = (call: ServerDuplexStream<object, object>, context: CallContext) => Promise<void>;

function single(answer: Answer) {
  return (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>): void => {
    answer(call.request, contextOf(call)).then(
      (response) => done(null, response),
      (error: unknown) => done(failure(error)),
    );
  };
}

function streamed(stream: Stream) {
  return async (call: ServerWritableStream<object, object>): Promise<void> => {
    const context = contextOf(call);
    try {
      call.sendMetadata(new Metadata());
      for await (const response of stream(call.request, context)) {
        if (context.signal.aborted) return;
        if (!call.write(response)) await once(call, "drain", { signal: context.signal });
      }
      call.end();
    } catch (error) {
      if (!context.signal.aborted) call.emit("error", failure(error));
    }
  };
}

function conversed(converse: Converse) {
  return (call: ServerDuplexStream<object, object>): void => {
    const context = contextOf(call);
    call.sendMetadata(new Metadata());
    converse(call, context).then(
      () => call.end(),
      (error: unknown) => call.emit("error", failure(error)),
    );
  };
}

function contextOf(call: { metadata: Metadata; on(event: "cancelled", listener: () => void): unknown }): CallContext {
  const over = new AbortController();
  call.on("cancelled", () => over.abort(new GrpcError(grpcCode.cancelled, "context canceled")));
  return {
    metadata: (name) => call.metadata.get(name)[0]?.toString(),
    allMetadata: (name) => call.metadata.get(name).map(String),
    signal: over.signal,
  };
}

/** An error in the form the server takes; the details are what `google.rpc.Status` adds to code and message. */
function failure(error: unknown): Error & { code: number; details: string; metadata: Metadata } {
  const told = error instanceof Error ? error : new Error(String(error));
  const code = told instanceof GrpcError ? told.code : grpcCode.unknown;
  const metadata = new Metadata();
  if (told instanceof GrpcError && told.details.length > 0) {
    const status = codec.encode("RpcStatus", { code, message: told.message, details: told.details });
    metadata.set("grpc-status-details-bin", status);
  }
  return Object.assign(new Error(told.message), { code, details: told.message, metadata });
}
