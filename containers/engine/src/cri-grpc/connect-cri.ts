/** A container runtime of another process, reached by the CRI v1 over gRPC. */
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { CriError, criCode } from "../cri-error.ts";
import type { ImageService, RuntimeService } from "../generated/cri.ts";
import type { Streaming } from "../streaming.ts";
import { connectPort, connectSession } from "../streams/connect-streams.ts";
import { MAX_MESSAGE_BYTES, methodsOf, type ServiceName, serviceDefinition } from "./service-definition.ts";

/** A runtime as the kubelet uses it. Disposing of it closes the connection. */
export interface CriConnection extends Disposable {
  readonly runtimeService: RuntimeService;
  readonly imageService: ImageService;
  readonly streaming: Streaming;
}

/** CRI's own limit for calls that only look is two minutes; those that pull or stop set their own by their signal. */
const CALL_MS = 120_000;
const UNBOUNDED: ReadonlySet<string> = new Set([
  "pullImage",
  "stopContainer",
  "execSync",
  "stopPodSandbox",
  "runPodSandbox",
]);

/**
 * Connects to `unix:///path` on first use, and again when the connection broke. Calls reject with a `CriError`, `unavailable`
 * when nobody answers. Throws at once when the endpoint is no such address.
 */
export function connectCri(endpoint: string): CriConnection {
  if (!/^unix:\/\/\/./.test(endpoint))
    throw new Error(`Cannot use ${endpoint} as a runtime's endpoint: it must be unix:///path/of/a/socket`);
  const client = new Client(endpoint, credentials.createInsecure(), {
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": -1,
    // Containers' runtimes want a plain name here, not the path of their socket.
    "grpc.default_authority": "localhost",
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 3000,
    "grpc.enable_retries": 0,
  });
  const runtimeService = stub(client, "RuntimeService") as unknown as RuntimeService;
  return {
    runtimeService,
    imageService: stub(client, "ImageService") as unknown as ImageService,
    streaming: {
      async exec(request, signal) {
        const { tty = false, stdin = false } = request;
        // containerd 1.6 loses most of what a terminal shows unless there is input, too: nothing is sent on it.
        const open = { tty, stdin: stdin || tty, stdout: true, stderr: !tty };
        const { url } = await runtimeService.exec({ ...request, ...open }, signal);
        return connectSession(url, { tty, stdin }, signal);
      },
      async attach(request, signal) {
        const { status } = await runtimeService.containerStatus({ containerId: request.containerId }, signal);
        if (status?.state !== "CONTAINER_RUNNING")
          throw new CriError(criCode.failedPrecondition, `container ${request.containerId} is not running`);
        const { tty = false, stdin = false } = request;
        const { url } = await runtimeService.attach({ ...request, tty, stdin, stdout: true, stderr: !tty }, signal);
        return connectSession(url, { tty, stdin }, signal);
      },
      async portForward(podSandboxId, port, signal) {
        const { url } = await runtimeService.portForward({ podSandboxId, port: [port] }, signal);
        return connectPort(url, port, signal);
      },
    },
    [Symbol.dispose]: () => client.close(),
  };
}

type Stub = Readonly<
  Record<string, (request: object, signal?: AbortSignal) => Promise<object> | AsyncIterable<object>>
>;

function stub(client: Client, service: ServiceName): Stub {
  const definition = serviceDefinition(service);
  return Object.fromEntries(
    Object.entries(methodsOf(service)).map(([name, { stream }]) => {
      const method = definition[name] as Method;
      return [
        name,
        stream
          ? (request: object, signal?: AbortSignal) => many(client, method, request, signal)
          : (request: object, signal?: AbortSignal) => one(client, name, method, request, signal),
      ];
    }),
  );
}

type Method = ReturnType<typeof serviceDefinition>[string];

function one(client: Client, name: string, method: Method, request: object, signal?: AbortSignal): Promise<object> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      UNBOUNDED.has(name) ? {} : { deadline: Date.now() + CALL_MS },
      (error, answer) => {
        signal?.removeEventListener("abort", cancel);
        if (error) reject(signal?.aborted ? signal.reason : toCriError(error));
        else resolve(answer as object);
      },
    );
    const cancel = () => call.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

async function* many(client: Client, method: Method, request: object, signal?: AbortSignal): AsyncGenerator<object> {
  if (signal?.aborted) return;
  const call = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
  );
  const cancel = () => call.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  // Iterating reports errors; that of cancelling comes after it, and must not end the process.
  call.on("error", () => undefined);
  try {
    for await (const answer of call) yield answer as object;
  } catch (error) {
    if (!signal?.aborted) throw toCriError(error as ServiceError);
  } finally {
    signal?.removeEventListener("abort", cancel);
    call.cancel();
  }
}

function toCriError(error: ServiceError): CriError {
  return new CriError(error.code, error.details || error.message, { cause: error });
}
