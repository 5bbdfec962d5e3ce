/** JSON over HTTP(S) to servers an operator configured: bounded in time and size, on connections that are kept. */
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import type { RemoteServer } from "./kubeconfig.ts";

// An import of the module would load all it exports, undici among it: 20 ms of every start.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule("node:http");

/** An answer that is no success, or none at all. `retry` where asking again may help. */
export class RemoteCallError extends Error {
  override readonly name = "RemoteCallError";
  readonly retry: boolean;

  constructor(message: string, retry: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retry = retry;
  }
}

/** What one request sends. */
export interface RemoteRequest {
  readonly method: "GET" | "POST";
  readonly body?: object | undefined;
  /** Path and query, of a server asked for several things; else the server's own URL. */
  readonly url?: string | undefined;
  readonly timeoutMs: number;
  /** How often to ask in all; 1 when missing. */
  readonly attempts?: number | undefined;
}

/** Speaks to one server. */
export interface RemoteCaller extends Disposable {
  /** The JSON of a 2xx answer. Rejects with RemoteCallError. */
  call(request: RemoteRequest): Promise<unknown>;
}

const MAX_BYTES = 4 << 20;
const FIRST_RETRY_MS = 200;

/** A caller with its own connections. */
export function remoteCaller(server: RemoteServer): RemoteCaller {
  const secure = server.url.startsWith("https:");
  const agent = secure
    ? new HttpsAgent({
        keepAlive: true,
        maxSockets: 64,
        rejectUnauthorized: server.insecure !== true,
        ...(server.ca && { ca: server.ca }),
        ...(server.cert && { cert: server.cert, key: server.key }),
        ...(server.serverName && { servername: server.serverName }),
      })
    : new HttpAgent({ keepAlive: true, maxSockets: 64 });

  const once = ({ method, body, url = server.url, timeoutMs }: RemoteRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const token = server.token?.();
      const request = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, {
        method,
        agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: "application/json",
          ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      });
      request.on("response", (response) => {
        const pieces: Buffer[] = [];
        let size = 0;
        response.on("data", (piece: Buffer) => {
          size += piece.length;
          if (size > MAX_BYTES) request.destroy(new Error(`the answer is larger than ${MAX_BYTES} bytes`));
          else pieces.push(piece);
        });
        response.on("end", () => {
          const code = response.statusCode ?? 0;
          if (code < 200 || code > 299) {
            const retry = code === 429 || code >= 500;
            return reject(new RemoteCallError(`${new URL(url).origin} answered ${code}`, retry));
          }
          const answer = Buffer.concat(pieces).toString();
          try {
            resolve(answer === "" ? undefined : JSON.parse(answer));
          } catch (error) {
            reject(new RemoteCallError(`${new URL(url).origin} answered no JSON`, false, { cause: error }));
          }
        });
      });
      request.on("error", (error) => {
        const why = error.name === "TimeoutError" ? `no answer within ${timeoutMs} ms` : error.message;
        reject(new RemoteCallError(`cannot reach ${new URL(url).origin}: ${why}`, true, { cause: error }));
      });
      request.end(text);
    });

  return {
    async call(request) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(request);
        } catch (error) {
          const again = error instanceof RemoteCallError && error.retry && attempt < (request.attempts ?? 1);
          if (!again) throw error;
          await wait(FIRST_RETRY_MS * 1.5 ** (attempt - 1), undefined, { ref: false });
        }
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
