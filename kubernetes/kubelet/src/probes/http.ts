import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HTTPGetAction } from "@skiff/api/core/v1";
import { failed, networkReason, type ProbeResult } from "./verdict.ts";

const MAX_BODY = 10 * 1024;
const VERSION = "1.36";

// A probe must find out whether a connection can be made, so none is kept; a Pod's certificate is nobody's to vouch for.
const http = new HttpAgent({ keepAlive: false });
const https = new HttpsAgent({ keepAlive: false, rejectUnauthorized: false });

export interface HttpTarget {
  readonly host: string;
  readonly port: number;
  readonly action: HTTPGetAction;
  readonly userAgent?: string;
}

/** GETs the address; passes for the statuses 200 to 399. */
export async function probeHttp(target: HttpTarget, timeoutMs: number): Promise<ProbeResult> {
  const { action, host, port } = target;
  const scheme = (action.scheme ?? "HTTP").toLowerCase();
  const path = action.path?.startsWith("/") ? action.path : `/${action.path ?? ""}`;
  const authority = host.includes(":") ? `[${host}]` : host;
  const url = `${scheme}://${authority}:${port}${path}`;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { status, body } = await get(scheme, target, path, signal);
    if (status >= 200 && status < 400) return { ok: true, message: body };
    return failed(`HTTP probe failed with statuscode: ${status}`);
  } catch (error) {
    if (signal.aborted) {
      return failed(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
    }
    return failed(`Get "${url}": dial tcp ${authority}:${port}: ${networkReason(error)}`);
  }
}

function get(
  scheme: string,
  { action, host, port, userAgent }: HttpTarget,
  path: string,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  const headers: Record<string, string | string[]> = {
    "user-agent": userAgent ?? `kube-probe/${VERSION}`,
    accept: "*/*",
  };
  for (const { name, value } of action.httpHeaders ?? []) {
    const key = name.toLowerCase();
    const present = headers[key];
    const multiple = present !== undefined && key !== "user-agent" && key !== "accept" && key !== "host";
    headers[key] = multiple ? [present, value].flat() : value;
  }
  return new Promise((resolve, reject) => {
    const send = scheme === "https" ? httpsRequest : httpRequest;
    const agent = scheme === "https" ? https : http;
    const request = send({ host, port, path, headers, agent, signal }, (response) => {
      readBody(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on("error", reject);
    request.end();
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString();
}
