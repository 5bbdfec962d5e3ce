/** HTTP to registries: where a registry is, authorization, redirects, timeouts, and errors that tell causes apart. */
import { RegistryError, type RegistryErrorCode } from "../errors.ts";
import type { Reference } from "../reference.ts";
import { type Answer, drain } from "./answer.ts";
import { createAuthorizer } from "./authorizer.ts";
import type { Credentials } from "./credentials.ts";
import type { RegistryClientOptions } from "./registry-client.ts";

/** One request within a repository. */
export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | undefined;
  /** Below `/v2/<name>`, or a full URL that a registry handed out (an upload location). */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Gives the body; called again where the request is repeated with authorization. */
  readonly body?: (() => Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>) | undefined;
  /** What to ask a token for. Default "pull". */
  readonly action?: "pull" | "pull,push" | undefined;
  readonly auth?: Credentials | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Requests to registries. A response may have any status; only failing to get one rejects (UNREACHABLE, UNAUTHORIZED). */
export interface Http {
  request(reference: Reference, request: HttpRequest): Promise<Answer>;
  /** The error an unexpected response stands for; reads its body. `what` names what was asked for. */
  failure(response: Answer, what: string): Promise<RegistryError>;
}

const IDLE_TIMEOUT = 30_000;
const MAX_REDIRECTS = 5;
const MAX_ERROR_BODY = 64 * 1024;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** Sets up requests as the client's options say. */
export function createHttp(options: RegistryClientOptions): Http {
  const { idleTimeout = IDLE_TIMEOUT, userAgent = "skiff", insecureRegistries = [] } = options;
  const authorizer = createAuthorizer({ credentials: options.credentials, send });

  function isInsecure(registry: string): boolean {
    return LOOPBACK.test(registry) || insecureRegistries.includes(registry);
  }

  async function request(reference: Reference, call: HttpRequest): Promise<Answer> {
    const { registry, repository } = reference;
    const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
    const base = `${isInsecure(registry) ? "http" : "https"}://${host}`;
    const url = new URL(call.path.startsWith("/") ? `${base}/v2/${repository}${call.path}` : call.path);
    const scope = `repository:${repository}:${call.action ?? "pull"}`;
    // An upload may continue on another host, which the registry's credentials are none of the business of.
    const mayAuthorize = url.origin === new URL(base).origin;
    const identity = { registry, scope, auth: call.auth, insecure: isInsecure(registry), signal: call.signal };

    const known = mayAuthorize ? authorizer.known(identity) : undefined;
    const first = await follow(url, call, known);
    if (first.status !== 401 || !mayAuthorize) return first;
    const authorization = await authorizer.answer(identity, first.headers.get("www-authenticate") ?? "");
    if (authorization === undefined) return first;
    await first.discard();
    return follow(url, call, authorization);
  }

  async function follow(start: URL, call: HttpRequest, authorization: string | undefined): Promise<Answer> {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      const headers = new Headers(call.headers);
      // Blobs are often served from elsewhere by a signed address: the token must not go there.
      if (authorization !== undefined && url.origin === start.origin) headers.set("authorization", authorization);
      const response = await send(
        url,
        { method: call.method ?? "GET", headers, body: call.body?.() ?? null },
        call.signal,
      );
      const location = response.headers.get("location");
      const isRead = call.method === undefined || call.method === "GET" || call.method === "HEAD";
      if (!isRead || ![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
      await response.discard();
      const next = new URL(location, url);
      if (redirects === MAX_REDIRECTS)
        throw new RegistryError("UNREACHABLE", `${start.host} redirected more than ${MAX_REDIRECTS} times`);
      if (next.protocol !== "https:" && (next.protocol !== "http:" || url.protocol === "https:")) {
        throw new RegistryError("UNSUPPORTED", `${url.host} redirected from ${url.protocol} to ${next.protocol}`);
      }
      url = next;
    }
  }

  async function send(url: URL, init: RequestInit, signal?: AbortSignal): Promise<Answer> {
    const idle = new AbortController();
    // How long an upload takes is up to its size.
    const isUpload = init.body instanceof ReadableStream;
    const timer = isUpload ? undefined : setTimeout(() => idle.abort(), idleTimeout);
    try {
      const headers = new Headers(init.headers);
      headers.set("user-agent", userAgent);
      const joined = signal ? AbortSignal.any([signal, idle.signal]) : idle.signal;
      const response = await fetch(url, { ...init, headers, redirect: "manual", duplex: "half", signal: joined });
      const body = response.body;
      return {
        status: response.status,
        headers: response.headers,
        url,
        body: body === null ? nothing() : guarded(body, idle, idleTimeout),
        discard: async () => body?.cancel(),
      };
    } catch (error) {
      signal?.throwIfAborted();
      const reason = idle.signal.aborted ? `no answer in ${idleTimeout} ms` : reasonOf(error);
      throw new RegistryError("UNREACHABLE", `cannot reach registry ${url.host}: ${reason}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  return { request, failure };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

// Only the wait for the network counts: a consumer may take its time.
async function* guarded(
  body: ReadableStream<Uint8Array>,
  idle: AbortController,
  idleTimeout: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const timer = setTimeout(() => idle.abort(new Error(`no data in ${idleTimeout} ms`)), idleTimeout);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

const CODES: Readonly<Record<number, RegistryErrorCode>> = {
  400: "MANIFEST_INVALID",
  401: "UNAUTHORIZED",
  403: "DENIED",
  404: "MANIFEST_UNKNOWN",
  405: "UNSUPPORTED",
  416: "BLOB_UPLOAD_INVALID",
  429: "TOOMANYREQUESTS",
};

async function failure(response: Answer, what: string): Promise<RegistryError> {
  const code = CODES[response.status] ?? "UNREACHABLE";
  const detail = await errorDetail(response);
  const host = response.url.host;
  switch (code) {
    case "MANIFEST_UNKNOWN":
      return new RegistryError(code, `${what} not found${detail}`);
    case "UNAUTHORIZED":
    case "DENIED":
      return new RegistryError(code, `access to ${what} denied: it does not exist or may require a login${detail}`);
    default:
      return new RegistryError(code, `registry ${host} answered ${response.status} for ${what}${detail}`);
  }
}

async function errorDetail(response: Answer): Promise<string> {
  let text: string;
  try {
    text = (await drain(response, MAX_ERROR_BODY)).toString("utf8");
  } catch (error) {
    if (error instanceof RegistryError && error.code === "SIZE_INVALID") return "";
    throw error;
  }
  const message = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return message === undefined ? "" : `: ${JSON.parse(message)}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}
