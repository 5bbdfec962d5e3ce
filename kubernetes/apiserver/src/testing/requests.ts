/** Requests to a test server, one after the other over one connection. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { TestApiServer } from "./start-test-api-server.ts";

/** What a server answered: a value where it was JSON, bytes where it was protobuf, else text. */
export interface Answered {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

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

  /** Sends one request and reads the whole answer. A body that is neither text nor bytes is sent as JSON. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    const { ca, admin, url } = this.#server;
    const isWritten = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    const content = isWritten ? body : JSON.stringify(body);
    const length = content === undefined ? {} : { "content-length": String(Buffer.byteLength(content)) };
    const all = { "content-type": JSON_TYPE, ...headers, ...length };
    const call = request(`${url}${path}`, { method, ca, ...admin, headers: all, agent: this.#agent });
    call.end(content);
    const [response] = (await once(call, "response")) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const { headers: answered, statusCode: code = 0 } = response;
    return { code, headers: answered, body: toBody(answered["content-type"] ?? "", Buffer.concat(pieces)) };
  }
}

function toBody(type: string, bytes: Buffer): unknown {
  if (type.startsWith(PROTOBUF_TYPE)) return bytes;
  return type.startsWith(JSON_TYPE) ? JSON.parse(bytes.toString()) : bytes.toString();
}
