/** The gRPC server of the CRI v1, for connections that somebody else accepts. */
import { once } from "node:events";
import type { Socket } from "node:net";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { CriError, criCode } from "../cri-error.ts";
import type { ImageService, RuntimeService } from "../generated/cri.ts";
import { startStreamingServer } from "../streams/streaming-server.ts";
import type { CriParts } from "./serve-cri.ts";
import { MAX_MESSAGE_BYTES, methodsOf, type ServiceName, serviceDefinition } from "./service-definition.ts";

/** A server without a socket of its own. Disposing of it ends all calls; containers go on. */
export interface CriServer extends AsyncDisposable {
  accept(connection: Socket): void;
}

/** Starts it, with a loopback port for streams. */
export async function startCriServer(o: CriParts): Promise<CriServer> {
  const streams = await startStreamingServer({ streaming: o.streaming, log: o.log });
  const runtime: RuntimeService = {
    ...o.runtimeService,
    exec: async (request) => {
      await requireRunning(o.runtimeService, request.containerId);
      return { url: streams.exec(request) };
    },
    attach: async (request) => {
      await requireRunning(o.runtimeService, request.containerId);
      return { url: streams.attach(request) };
    },
    portForward: async (request) => {
      const { status } = await o.runtimeService.podSandboxStatus({ podSandboxId: request.podSandboxId });
      if (status?.state !== "SANDBOX_READY")
        throw new CriError(criCode.failedPrecondition, `sandbox ${request.podSandboxId} is not ready`);
      return { url: streams.portForward(request) };
    },
  };
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": -1,
  });
  server.addService(serviceDefinition("RuntimeService"), handlers("RuntimeService", runtime));
  server.addService(serviceDefinition("ImageService"), handlers("ImageService", o.imageService));
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    accept: (connection) => connections.injectConnection(connection),
    async [Symbol.asyncDispose]() {
      connections.destroy();
      server.forceShutdown();
      await streams[Symbol.asyncDispose]();
    },
  };
}

async function requireRunning(runtime: RuntimeService, containerId = ""): Promise<void> {
  const { status } = await runtime.containerStatus({ containerId });
  if (status?.state !== "CONTAINER_RUNNING")
    throw new CriError(criCode.failedPrecondition, `container ${containerId} is not running`);
}

type Unary = (request: object, signal: AbortSignal) => Promise<object>;
type Many = (request: object, signal: AbortSignal) => AsyncIterable<object>;

function handlers(name: ServiceName, service: RuntimeService | ImageService): UntypedServiceImplementation {
  const methods = service as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(methodsOf(name)).map(([method, { stream }]) => [
      method,
      stream ? streamed(methods[method] as Many) : single(methods[method] as Unary),
    ]),
  );
}

function single(method: Unary) {
  return (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>): void => {
    method(call.request, cancelled(call)).then(
      (answer) => done(null, answer),
      (error: unknown) => done(failure(error)),
    );
  };
}

function streamed(method: Many) {
  return async (call: ServerWritableStream<object, object>): Promise<void> => {
    const signal = cancelled(call);
    try {
      // The client is told that the call stands, which a stream without messages would not show.
      call.sendMetadata(new Metadata());
      for await (const answer of method(call.request, signal)) {
        if (signal.aborted) return;
        if (!call.write(answer)) await once(call, "drain", { signal });
      }
      call.end();
    } catch (error) {
      if (!signal.aborted) call.emit("error", failure(error));
    }
  };
}

/** Aborts when the client gives the call up, or its time is over. */
function cancelled(call: { on(event: "cancelled", listener: () => void): unknown }): AbortSignal {
  const over = new AbortController();
  call.on("cancelled", () => over.abort());
  return over.signal;
}

function failure(error: unknown): Error & { code: number; details: string } {
  const told = error instanceof Error ? error : new Error(String(error));
  const code = told instanceof CriError ? told.code : criCode.internal;
  return Object.assign(new Error(told.message), { code, details: told.message });
}
