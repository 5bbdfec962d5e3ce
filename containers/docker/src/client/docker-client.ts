/** A client of the Docker Engine API on a unix socket. It is on the path of `skiff run`: importing it must cost next to nothing. */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Duplex } from "node:stream";

/** The API answered with an error; the message is its own. */
export class DockerApiError extends Error {
  override readonly name = "DockerApiError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A request: JSON, or bytes as they come. */
export interface DockerRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly json?: object;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Abandons the request, and its answer too where that has begun. */
  readonly signal?: AbortSignal;
}

/** Rejects with DockerApiError for an error answer, and with a plain Error where nobody answers on the socket. */
export interface DockerClient {
  /** The decoded answer; undefined where there is none. */
  json<T>(path: string, request?: DockerRequest): Promise<T>;
  /** The answer's headers have arrived; its body is for the caller to read. */
  open(path: string, request?: DockerRequest): Promise<IncomingMessage>;
  /** Upgrades the connection to raw bytes. */
  hijack(path: string, request?: DockerRequest): Promise<Duplex>;
  /** Messages of an answer that is one JSON object a line. */
  messages(path: string, request?: DockerRequest): AsyncIterable<Readonly<Record<string, unknown>>>;
}

const MAX_ERROR = 64 * 1024;
/** The version that Skiff speaks. */
const VERSION = "1.51";

// An import declaration would load the parts of the HTTP module that nothing here uses, at ten times the cost.
const http = () => process.getBuiltinModule("node:http");

/** How a client speaks. */
export interface ClientOptions {
  /** An older daemon refuses a newer one's. */
  readonly version?: string;
  /** Abandons all requests, with an AbortError. */
  readonly signal?: AbortSignal;
}

/** A client of the API on `socketPath`. Connections are kept for as long as the process lives. */
export function dockerClient(
  socketPath: string,
  { version = VERSION, signal: always }: ClientOptions = {},
): DockerClient {
  const agent = new (http().Agent)({ keepAlive: true });

  function start(
    path: string,
    { method = "GET", query = {}, json, body, headers = {}, signal = always }: DockerRequest,
    extra: RequestOptions = {},
  ): ClientRequest {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
    const text = json === undefined ? undefined : JSON.stringify(json);
    const framing: Record<string, string | number> =
      text !== undefined
        ? { "content-type": "application/json", "content-length": Buffer.byteLength(text) }
        : body === undefined
          ? { "content-length": 0 }
          : {};
    const options: RequestOptions & { readonly servername: string } = {
      socketPath,
      agent,
      // Else the agent works one out, and compiles the expression of all IPv6 addresses for it.
      servername: "",
      method,
      path: `/v${version}${path}${search}`,
      ...(signal === undefined ? {} : { signal }),
      ...extra,
      headers: { ...framing, ...headers, ...extra.headers },
    };
    const request = http().request(options);
    if (body === undefined) request.end(text);
    else void sendBody(request, body);
    return request;
  }

  async function answer(request: ClientRequest): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once("response", resolve);
      request.once("error", (error) => reject(unanswered(error, socketPath)));
    });
    if ((response.statusCode ?? 500) >= 400) throw await toError(response);
    return response;
  }

  return {
    async json<T>(path: string, request: DockerRequest = {}) {
      const text = await readText(await answer(start(path, request)));
      return (text === "" ? undefined : JSON.parse(text)) as T;
    },
    open: (path, request = {}) => answer(start(path, request)),
    hijack(path, request = {}) {
      const started = start(
        path,
        { method: "POST", ...request },
        { agent: false, headers: { connection: "Upgrade", upgrade: "tcp" } },
      );
      return new Promise((resolve, reject) => {
        started.once("upgrade", (_response, socket, head) => {
          if (head.byteLength > 0) socket.unshift(head);
          resolve(socket);
        });
        started.once("response", (response) => toError(response).then(reject, reject));
        started.once("error", (error) => reject(unanswered(error, socketPath)));
      });
    },
    async *messages(path, request = {}) {
      let rest = "";
      for await (const chunk of (await answer(start(path, request))).setEncoding("utf8")) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
      }
      if (rest.trim() !== "") yield JSON.parse(rest);
    },
  };
}

async function sendBody(request: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of body) {
      if (request.destroyed) return;
      if (!request.write(chunk)) await drained(request);
    }
    request.end();
  } catch (error) {
    request.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off("drain", done);
      request.off("close", done);
      resolve();
    };
    request.on("drain", done);
    request.on("close", done);
  });
}

function unanswered(error: Error, socketPath: string): Error {
  const code = "code" in error ? error.code : undefined;
  if (code !== "ENOENT" && code !== "ECONNREFUSED") return error;
  return new Error(`nothing answers on ${socketPath}: start Skiff with 'skiff up'`, { cause: error });
}

async function toError(response: IncomingMessage): Promise<DockerApiError> {
  const status = response.statusCode ?? 500;
  const text = await readText(response, MAX_ERROR);
  const message = /^\{"message":("(?:[^"\\]|\\.)*")\}\s*$/.exec(text)?.[1];
  return new DockerApiError(status, message === undefined ? text || `status ${status}` : JSON.parse(message));
}

async function readText(response: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) {
    text += chunk;
    if (text.length > limit) break;
  }
  return text;
}
