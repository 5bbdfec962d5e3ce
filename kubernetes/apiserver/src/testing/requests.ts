/** Requests to a test server, one after the other over one connection. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { TestApiServer } from "./start-test-api-server.ts";

/** What a server answered: a value where it was JSON, text where not. */
export interface Answered {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

const JSON_TYPE = "application/json";

/** Asks as the administrator. Close it, or the connection keeps the process alive. */
export class Requests implements Disposable {
  readonly #server: TestApiServer;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(server: TestApiServer) {
    this.#server = server;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /** Sends one request and reads the whole answer. A body that is no text is sent as JSON. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    const { ca, admin, url } = this.#server;
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const length = text === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) };
    const all = { "content-type": JSON_TYPE, ...headers, ...length };
    const call = request(`${url}${path}`, { method, ca, ...admin, headers: all, agent: this.#agent });
    call.end(text);
    const [response] = (await once(call, "response")) as [IncomingMessage];
    let answer = "";
    for await (const piece of response) answer += String(piece);
    const isJson = response.headers["content-type"]?.startsWith(JSON_TYPE) === true;
    return {
      code: response.statusCode ?? 0,
      headers: response.headers,
      body: isJson ? JSON.parse(answer) : answer,
    };
  }
}
