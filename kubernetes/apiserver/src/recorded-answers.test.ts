/** Requests a real API server refused, and its recorded answers: code, reason, message and the fields it blamed. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { after, before, describe, it } from "node:test";
import { startTestApiServer, type TestApiServer } from "./testing/start-test-api-server.ts";

interface Case {
  readonly when: string;
  /** The object there is before the request. */
  readonly setup?: object;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly contentType?: string;
    readonly accept?: string;
    readonly body?: unknown;
    /** A path in the object there is, and its new value: the body of a PUT. */
    readonly set?: string;
    readonly value?: unknown;
  };
  readonly answer: Answer;
}

/** What is left out differs between versions of Kubernetes. */
interface Answer {
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: readonly { readonly reason: string; readonly field: string }[];
}

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason: string; readonly field: string }[] };
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("./testdata/recorded-answers.json", import.meta.url), "utf8"),
);
const JSON_TYPE = "application/json";

let server: TestApiServer;
const closing: (() => unknown)[] = [];

async function send(method: string, path: string, headers: Record<string, string> = {}, body?: unknown) {
  const { ca, admin, url } = server;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const length = text === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) };
  const call = request(`${url}${path}`, { method, ca, ...admin, headers: { ...headers, ...length }, agent: false });
  call.end(text);
  const [response] = (await once(call, "response")) as [IncomingMessage];
  let answer = "";
  for await (const piece of response) answer += String(piece);
  return { code: response.statusCode, body: JSON.parse(answer) as Status & Record<string, unknown> };
}

function withValue(object: object, path: string, value: unknown): object {
  const copy = structuredClone(object) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let target = copy;
  for (const name of names) {
    target[name] ??= {};
    target = target[name] as Record<string, unknown>;
  }
  target[last] = value;
  return copy;
}

async function ask({ setup, request: { method, path, contentType, accept, body, set, value } }: Case) {
  const collection = path.replace(/\/[^/]+$/, "");
  if (setup) assert.equal((await send("POST", collection, { "content-type": JSON_TYPE }, setup)).code, 201);
  try {
    const stored = set === undefined ? undefined : (await send("GET", path)).body;
    const sent = stored && set !== undefined ? withValue(stored, set, value) : body;
    const headers = { "content-type": contentType ?? JSON_TYPE, ...(accept && { accept }) };
    return await send(method, path, headers, sent);
  } finally {
    if (setup) await send("DELETE", path);
  }
}

before(async () => {
  server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
  await send("POST", "/api/v1/namespaces", { "content-type": JSON_TYPE }, { metadata: { name: "tr" } });
  const account = { metadata: { name: "default" } };
  await send("POST", "/api/v1/namespaces/tr/serviceaccounts", { "content-type": JSON_TYPE }, account);
});

after(async () => {
  for (const close of closing) await close();
});

describe("the server answers as Kubernetes does", () => {
  for (const one of cases) {
    it(one.when, async () => {
      const { code, body } = await ask(one);
      const causes = body.details?.causes?.map(({ reason, field }) => ({ reason, field }));
      const all = { code, reason: body.reason, message: body.message, causes };
      const got = Object.fromEntries(Object.keys(one.answer).map((key) => [key, all[key as keyof Answer]]));
      assert.deepEqual(got, one.answer);
    });
  }
});
