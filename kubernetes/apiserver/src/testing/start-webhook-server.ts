/** A webhook for tests: HTTPS with a certificate of its own authority, answering what the test says. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { createAuthority } from "../pki/index.ts";

/** The request of an AdmissionReview, as far as tests look at it. */
export interface ReviewRequest {
  readonly uid: string;
  readonly operation: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly requestKind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource?: string;
  readonly userInfo: { readonly username: string; readonly groups: readonly string[] };
  readonly object: Record<string, unknown> | null;
  readonly oldObject: Record<string, unknown> | null;
  readonly options: Record<string, unknown> | null;
  readonly dryRun: boolean;
}

/** Answers a request: the `response` of a review without its uid, or a whole body, or a code. */
export type Answer = (
  request: ReviewRequest,
  path: string,
) => { readonly response?: object; readonly body?: unknown; readonly code?: number; readonly delayMs?: number };

/** A running webhook. */
export interface WebhookServer {
  readonly port: number;
  readonly url: string;
  /** Base64, as configurations have it. */
  readonly caBundle: string;
  /** The paths called and what was asked, in order. */
  readonly calls: { readonly path: string; readonly request: ReviewRequest }[];
  /** Connections made so far. */
  readonly connections: () => number;
}

/** A patch as reviews carry it. */
export function patchOf(...operations: readonly object[]): object {
  const patch = Buffer.from(JSON.stringify(operations)).toString("base64");
  return { allowed: true, patchType: "JSONPatch", patch };
}

/** Starts the webhook on a free port, with a certificate for it, `localhost` and `names`; it ends with the test. */
export async function startWebhookServer(
  t: Pick<TestContext, "after">,
  answer: Answer,
  names: readonly string[] = [],
): Promise<WebhookServer> {
  const authority = await createAuthority({ cn: "webhook-test-ca" });
  const sans = ["localhost", "127.0.0.1", ...names];
  const serving = await authority.issue({ cn: "webhook", sans, usages: ["server"] });
  const calls: { path: string; request: ReviewRequest }[] = [];
  let connections = 0;
  const server = createServer({ cert: serving.cert, key: serving.key }, (message, response) => {
    const pieces: Buffer[] = [];
    message.on("data", (piece: Buffer) => pieces.push(piece));
    message.on("end", () => {
      const review = JSON.parse(Buffer.concat(pieces).toString()) as { apiVersion: string; request: ReviewRequest };
      const path = message.url ?? "";
      calls.push({ path, request: review.request });
      const { response: verdict, body, code = 200, delayMs = 0 } = answer(review.request, path);
      const whole = { kind: "AdmissionReview", apiVersion: review.apiVersion };
      const sent = body ?? { ...whole, response: { uid: review.request.uid, ...verdict } };
      const send = () => {
        response.writeHead(code, { "content-type": "application/json" });
        response.end(typeof sent === "string" ? sent : JSON.stringify(sent));
      };
      if (delayMs === 0) send();
      else setTimeout(send, delayMs).unref();
    });
  });
  server.on("secureConnection", () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const caBundle = Buffer.from(authority.cert).toString("base64");
  return { port, url: `https://127.0.0.1:${port}`, caBundle, calls, connections: () => connections };
}
