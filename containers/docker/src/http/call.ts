/** A request, and the ways of answering it. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { DockerError } from "./docker-error.ts";

/** One request, matched to a route. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The version of the API that the client speaks: 1041 for 1.41. */
  readonly version: number;
  readonly header: (name: string) => string | undefined;
  /** The body, unread. */
  readonly body: IncomingMessage;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** Takes the connection over for raw bytes, answering with the media type. At most once, and then no reply may be given. */
  readonly hijack: (mediaType: string) => Duplex;
}

/** An answer. `json` and `stream` exclude each other; a stream is sent as it comes, headers at once. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly stream?: AsyncIterable<Uint8Array | string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one operation; undefined after a hijack. Throws what `toDockerError` knows. */
export type Handler = (call: Call) => Promise<Reply | undefined>;

const MAX_JSON = 2 * 1024 * 1024;

/** Reads the body as a JSON object; empty where there is none. Throws 400. */
export async function readJson(call: Call): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of call.body as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_JSON) throw new DockerError(400, `request body exceeds ${MAX_JSON} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, `invalid JSON: ${error.message}`, { cause: error });
  }
  // What clients send where they have nothing to say.
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new DockerError(400, "invalid JSON: not an object");
  return value as Readonly<Record<string, unknown>>;
}

/** Whether a query parameter says yes, as Docker reads it. */
export function flag(call: Call, name: string, fallback = false): boolean {
  const value = call.query.get(name)?.trim().toLowerCase();
  return value === undefined ? fallback : !["", "0", "no", "false", "none"].includes(value);
}

/** A whole number of the query; undefined where it is not given. Throws 400. */
export function integer(call: Call, name: string): number | undefined {
  const value = call.query.get(name);
  if (value === null || value === "") return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw new DockerError(400, `invalid value for ${name}: ${JSON.stringify(value)}`);
  return Number(value);
}

/** The `filters` parameter: a name to its values, in either of Docker's spellings. Throws 400. */
export function filters(call: Call): ReadonlyMap<string, readonly string[]> {
  const text = call.query.get("filters");
  if (text === null || text === "") return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, `invalid filters: ${error.message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null) throw new DockerError(400, "invalid filters: not an object");
  return new Map(
    Object.entries(value).map(([name, values]) => {
      if (Array.isArray(values)) return [name, values.map(String)];
      return [name, Object.keys(typeof values === "object" && values !== null ? values : {})];
    }),
  );
}
