/** The CRI v1 over gRPC on a Unix socket, for crictl and kubelets of another process. */
import { once } from "node:events";
import { chmod, rename, rm } from "node:fs/promises";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Logger } from "@skiff/linux";
import { CriError, criCode } from "../cri-error.ts";
import type { ImageService, RuntimeService } from "../generated/cri.ts";
import type { Streaming } from "../streaming.ts";
import { startStreamingServer } from "../streams/streaming-server.ts";
import { MAX_MESSAGE_BYTES, methodsOf, type ServiceName, serviceDefinition } from "./service-definition.ts";

export interface CriServerOptions {
  readonly socketPath: string;
  readonly runtimeService: RuntimeService;
  readonly imageService: ImageService;
  /** What is served at the addresses that Exec, Attach and PortForward answer with. */
  readonly streaming: Streaming;
  readonly log: Logger;
}

/**
 * Listens on `socketPath`, which only its owner may use, and on a loopback port for streams. A socket that is left over from an
 * earlier run is replaced. Disposing of it ends all calls; containers go on.
 */
export async function serveCri(o: CriServerOptions): Promise<AsyncDisposable> {
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
  // Nobody can connect before the socket has its rights: it gets its name last.
  const unfinished = `${o.socketPath}.new`;
  await rm(unfinished, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix://${unfinished}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  await chmod(unfinished, 0o600);
  await rename(unfinished, o.socketPath);
  return {
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
      await streams[Symbol.asyncDispose]();
      await rm(o.socketPath, { force: true });
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
