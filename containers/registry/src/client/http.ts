/** HTTP to registries: where a registry is, authorization, redirects, timeouts, and errors that tell causes apart. */
import { isUnauthorized, isUnreachable, RegistryError, type RegistryErrorCode } from "../errors.ts";
import type { Reference } from "../reference.ts";
import { type Answer, drain } from "./answer.ts";
import { createAuthorizer } from "./authorizer.ts";
import type { Credentials } from "./credentials.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import type { RegistriesConfig } from "./registries-config.ts";
import type { RegistryClientOptions } from "./registry-client.ts";
import { createSend, type Sending } from "./transport.ts";

/** One request within a repository. */
export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | undefined;
  /** Below `/v2/<name>`, or a full URL that a registry handed out (an upload location). */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Gives the body; called again where the request is repeated with authorization. */
  readonly body?: (() => Uint8Array | AsyncIterable<Uint8Array>) | undefined;
  /** What to ask a token for. Default "pull". */
  readonly action?: "pull" | "pull,push" | undefined;
  /** Repositories that are read from, too. */
  readonly alsoPull?: readonly string[] | undefined;
  readonly auth?: Credentials | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Requests to registries. A response may have any status; only failing to get one rejects (UNREACHABLE, UNAUTHORIZED). */
export interface Http {
  request(reference: Reference, request: HttpRequest): Promise<Answer>;
  /** The error an unexpected response stands for; reads its body. `what` names what was asked for. */
  failure(response: Answer, what: string): Promise<RegistryError>;
}

/** The one path that is of no repository: what a login is checked with. */
export const LOGIN_PATH = "/v2/";

const IDLE_TIMEOUT = 30_000;
const MAX_REDIRECTS = 5;
const MAX_ERROR_BODY = 64 * 1024;
/** What says that the other side does not speak TLS, or is not there at all. */
const NO_TLS = /EPROTO|ECONNRESET|ECONNREFUSED|ERR_SSL|socket disconnected before secure/;

/** Sets up requests as the client's options say. */
export function createHttp(options: RegistryClientOptions): Http {
  const { idleTimeout = IDLE_TIMEOUT, userAgent = "skiff", insecureRegistries = [] } = options;
  const send = createSend(idleTimeout, userAgent);
  const authorizer = createAuthorizer({ credentials: options.credentials, send });
  /** Insecure endpoints that turned out to speak plain HTTP. */
  const plain = new Set<string>();

  async function registries(): Promise<RegistriesConfig> {
    const config = (await options.registries?.()) ?? {};
    return { ...config, insecure: [...insecureRegistries, ...(config.insecure ?? [])] };
  }

  async function request(reference: Reference, call: HttpRequest): Promise<Answer> {
    const reading = (call.action ?? "pull") === "pull" && call.path.startsWith("/");
    const endpoints = endpointsOf(reference.registry, reading, await registries());
    for (const endpoint of endpoints) {
      if (!endpoint.isMirror) return requestFrom(endpoint, reference, call);
      try {
        const answer = await requestFrom(endpoint, reference, call);
        if (answer.status < 400) return answer;
        await answer.discard();
      } catch (error) {
        // A mirror that is not there, or does not let us in, is no reason not to ask the registry itself.
        if (!isUnreachable(error) && !isUnauthorized(error)) throw error;
      }
    }
    throw new RegistryError("UNREACHABLE", `registry ${reference.registry} has no address`);
  }

  async function requestFrom(endpoint: Endpoint, reference: Reference, call: HttpRequest): Promise<Answer> {
    const first = new URL(endpoint.origin);
    if (!endpoint.insecure || plain.has(endpoint.origin) || first.protocol === "http:")
      return authorized(
        endpoint,
        endpoint.insecure ? endpoint.origin.replace(/^https:/, "http:") : endpoint.origin,
        reference,
        call,
      );
    try {
      return await authorized(endpoint, endpoint.origin, reference, call);
    } catch (error) {
      if (
        !isUnreachable(error) ||
        !call.path.startsWith("/") ||
        !NO_TLS.test(String((error.cause as { code?: string })?.code) + error.message)
      )
        throw error;
      const answer = await authorized(endpoint, endpoint.origin.replace(/^https:/, "http:"), reference, call);
      plain.add(endpoint.origin);
      return answer;
    }
  }

  async function authorized(
    endpoint: Endpoint,
    base: string,
    reference: Reference,
    call: HttpRequest,
  ): Promise<Answer> {
    const { registry, repository } = reference;
    const url = new URL(
      call.path === LOGIN_PATH
        ? `${base}${LOGIN_PATH}`
        : call.path.startsWith("/")
          ? `${base}/v2/${repository}${call.path}`
          : call.path,
    );
    const scope =
      call.path === LOGIN_PATH
        ? []
        : [
            `repository:${repository}:${call.action ?? "pull"}`,
            ...(call.alsoPull ?? []).map((name) => `repository:${name}:pull`),
          ];
    // An upload may continue on another host, which the registry's credentials are none of the business of.
    const mayAuthorize = url.host === new URL(base).host;
    const trust = { ca: endpoint.ca, anyone: endpoint.insecure };
    const identity = {
      registry: endpoint.isMirror ? new URL(endpoint.origin).host : registry,
      scope: scope.join(" "),
      // The credentials of a call are for the registry it names.
      auth: endpoint.isMirror ? undefined : call.auth,
      insecure: endpoint.insecure,
      trust,
      signal: call.signal,
    };
    const known = mayAuthorize ? authorizer.known(identity) : undefined;
    const first = await follow(url, call, known, trust);
    if (first.status !== 401 || !mayAuthorize) return first;
    const authorization = await authorizer.answer(identity, first.headers.get("www-authenticate") ?? "");
    if (authorization === undefined) return first;
    await first.discard();
    return follow(url, call, authorization, trust);
  }

  async function follow(
    start: URL,
    call: HttpRequest,
    authorization: string | undefined,
    trust: Sending["trust"],
  ): Promise<Answer> {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      const isHome = url.origin === start.origin;
      // Blobs are often served from elsewhere by a signed address: the token must not go there.
      const own: Record<string, string> = authorization !== undefined && isHome ? { authorization } : {};
      const { method, signal } = call;
      const sending = { method, headers: { ...call.headers, ...own }, body: call.body?.(), signal };
      const response = await send(url, isHome ? { ...sending, trust } : sending);
      const location = response.headers.get("location");
      const isRead = method === undefined || method === "GET" || method === "HEAD";
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

  return { request, failure };
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
