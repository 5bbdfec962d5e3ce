/** Reads one document from the server behind an APIService. */
import type { IncomingMessage } from "node:http";
import { StatusError } from "@skiff/api";
import type { User } from "../call.ts";
import { failureText } from "../outbound/failure-text.ts";
import type { RemoteApiService } from "./api-services.ts";
import type { Backends } from "./backend.ts";

/** Who asks for documents. */
const AGGREGATOR: User = { name: "system:kube-aggregator", groups: ["system:masters"] };
const TIMEOUT_MS = 6_000;
/** The largest document read: OpenAPI of a large group. */
const MAX_BYTES = 32 << 20;

/** The JSON at `path`. Throws Error, whose message says in one line what was asked and why there is no answer. */
export async function fetchDocument(backends: Backends, service: RemoteApiService, path: string): Promise<unknown> {
  const url = urlOf(backends, service, path);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { code, text } = await exchange(backends, service, path, timeout);
    if (code < 200 || code > 299) throw new BadStatus(`bad status from ${url}: ${code}`);
    return JSON.parse(text);
  } catch (error) {
    if (timeout.aborted) throw new Error(`timed out waiting for ${url}`, { cause: error });
    const known = error instanceof BadStatus || error instanceof SyntaxError;
    const why = known ? error.message : `Get "${url}": ${failureText(error)}`;
    throw new Error(`failing or missing response from ${url}: ${why}`, { cause: error });
  }
}

class BadStatus extends Error {}

function urlOf(backends: Backends, service: RemoteApiService, path: string): string {
  try {
    const { host, port } = backends.addressOf(service);
    return `https://${host}:${port}${path}`;
  } catch (error) {
    if (error instanceof StatusError) throw new Error(error.message, { cause: error });
    throw error;
  }
}

function exchange(
  backends: Backends,
  service: RemoteApiService,
  path: string,
  signal: AbortSignal,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { accept: "application/json" };
    const outbound = backends.request(service, { user: AGGREGATOR, method: "GET", path, headers, signal });
    outbound.once("error", reject);
    outbound.once("response", (answer) => {
      textOf(answer).then((text) => resolve({ code: answer.statusCode ?? 0, text }), reject);
    });
    outbound.end();
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BYTES) throw new Error(`the document is larger than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
