import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { type Call, StatusError, type Transport, type WatchCall, type WatchEvent } from "@skiff/api";
import { requestPath } from "./request-path.ts";
import { ConnectionError, RetryLater, withRetries } from "./retry.ts";
import { Http2Connection, type SessionOptions } from "./session.ts";
import { watchFrames } from "./watch-frames.ts";

export interface HttpTransportOptions extends SessionOptions {
  /** Asked before every request; see `tokenFile`. */
  readonly token?: (() => string | Promise<string>) | undefined;
  readonly userAgent?: string | undefined;
}

const MAX_BODY_BYTES = 256 << 20;
const METHODS = {
  get: "GET",
  list: "GET",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETE",
};
const PATCH_MEDIA_TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

/**
 * The API server at `server` (`https://host:port`) over one HTTP/2 connection, in JSON. Refusals that say when to come
 * back are retried; so are reads whose connection broke. Dispose it to close the connection.
 */
export function httpTransport(options: HttpTransportOptions): Transport & AsyncDisposable {
  const connection = new Http2Connection(options);
  const { token, userAgent = "skiff" } = options;

  async function headersFor(method: string, path: string): Promise<OutgoingHttpHeaders> {
    const headers: OutgoingHttpHeaders = {
      ":method": method,
      ":path": path,
      accept: "application/json",
      "user-agent": userAgent,
    };
    const bearer = await token?.();
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    return headers;
  }

  async function open(headers: OutgoingHttpHeaders, body: string | undefined, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    let stream: ClientHttp2Stream;
    try {
      stream = await connection.request(headers, { endStream: body === undefined });
    } catch (error) {
      throw new ConnectionError((error as Error).message, { cause: error, unprocessed: false });
    }
    return answerOf(stream, body, signal);
  }

  async function send(call: Call, signal: AbortSignal): Promise<object> {
    const headers = await headersFor(METHODS[call.verb], requestPath(call));
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    if (body !== undefined)
      headers["content-type"] = call.patchType ? PATCH_MEDIA_TYPES[call.patchType] : "application/json";
    const answer = await open(headers, body, signal);
    const text = await textOf(answer, signal);
    refuse(answer, text);
    return JSON.parse(text) as object;
  }

  async function openWatch(call: WatchCall, signal: AbortSignal): Promise<Answer> {
    const answer = await open(await headersFor("GET", requestPath(call, { watch: "true" })), undefined, signal);
    if (answer.code !== 200) refuse(answer, await textOf(answer, signal));
    return answer;
  }

  return {
    call(call, signal = NEVER) {
      const idempotent = call.verb === "get" || call.verb === "list";
      return withRetries(() => send(call, signal), { idempotent, signal });
    },
    async *watch(call, signal): AsyncGenerator<WatchEvent<object>> {
      const answer = await withRetries(() => openWatch(call, signal), { idempotent: true, signal });
      try {
        yield* watchFrames(answer.stream);
      } catch (error) {
        if (error instanceof StatusError || !answer.stream.destroyed) throw error;
        if (!signal.aborted) throw new ConnectionError("the watch broke", { cause: error, unprocessed: false });
      } finally {
        answer.stream.close(constants.NGHTTP2_CANCEL);
      }
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

const NEVER = new AbortController().signal;

interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: ClientHttp2Stream;
}

/** Sends the body and waits for the answer's head. The stream is cancelled when `signal` aborts, then or later. */
function answerOf(stream: ClientHttp2Stream, body: string | undefined, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      stream.close(constants.NGHTTP2_CANCEL);
    };
    signal.addEventListener("abort", abort, { once: true });
    stream.once("response", (headers) => resolve({ code: Number(headers[":status"]), headers, stream }));
    stream.on("error", (error) => {
      const unprocessed = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
      reject(new ConnectionError(`the request got no answer: ${error.message}`, { cause: error, unprocessed }));
    });
    stream.once("close", () => {
      signal.removeEventListener("abort", abort);
      reject(new ConnectionError("the connection closed before the answer", { unprocessed: false }));
    });
    if (body !== undefined) stream.end(body);
  });
}

async function textOf({ stream }: Answer, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw new RangeError(`Cannot read an answer of more than ${MAX_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RangeError) throw error;
    throw new ConnectionError("the connection broke within the answer", { cause: error, unprocessed: false });
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks).toString("utf8");
}

/** Throws what the server answered when that is not a success. */
function refuse({ code, headers }: Answer, text: string): void {
  if (code >= 200 && code < 300) return;
  const refusal = statusErrorOf(code, text);
  const after = Number(headers["retry-after"]);
  if (Number.isInteger(after) && after >= 0 && (code === 429 || code >= 500)) throw new RetryLater(refusal, after);
  throw refusal;
}

function statusErrorOf(code: number, text: string): StatusError {
  if (text.startsWith("{")) {
    const status = JSON.parse(text) as ConstructorParameters<typeof StatusError>[0];
    if (status.kind === "Status") return new StatusError(status);
  }
  // A proxy or an old handler answered in words of its own.
  const message = text.trim().slice(0, 2048) || `the server answered ${code}`;
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "",
    code,
  });
}
