/** Requests no well-behaved client makes: each is answered or cut off, and nothing is half written. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { connect } from "node:tls";
import { startTestApiServer, type TestApiServer } from "./testing/start-test-api-server.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const HEAD = "Host: localhost\r\nContent-Type: application/json\r\n";

let server: TestApiServer;
const closing: (() => unknown)[] = [];

before(async () => {
  server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
});

after(async () => {
  for (const close of closing) await close();
});

/** Sends bytes as they are; with `leave`, the connection is then dropped at once. Resolves with all that came back. */
async function raw(text: string, { leave = false } = {}): Promise<string> {
  const { port, ca, admin } = server;
  const socket = connect({ host: "127.0.0.1", port, ca, ...admin, ALPNProtocols: ["http/1.1"] });
  await once(socket, "secureConnect");
  let answer = "";
  socket.on("data", (piece) => {
    answer += String(piece);
  });
  socket.write(text);
  if (leave) socket.destroySoon();
  await once(socket, "close");
  return answer;
}

const last = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`;
const codes = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
const post = (body: string, extra = "") =>
  `POST ${CONFIG_MAPS} HTTP/1.1\r\n${HEAD}${extra}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe("pipelined requests", () => {
  it("are answered in their order", async () => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`;
    const answer = await raw(get(`${CONFIG_MAPS}/none`) + get("/version") + post("{") + last("GET", CONFIG_MAPS));
    assert.deepEqual(codes(answer), [404, 200, 400, 200]);
  });
});

describe("an upload that breaks off", () => {
  const body = '{"metadata":{"name":"half"}}';
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n`;
  for (const { when, text } of [
    { when: "before the length it promised", text: post(body).replace(/Content-Length: \d+/, "Content-Length: 100") },
    {
      when: "before its last chunk",
      text: `POST ${CONFIG_MAPS} HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunked}`,
    },
  ]) {
    it(`writes nothing when it ends ${when}`, async () => {
      await raw(text, { leave: true });
      assert.deepEqual(codes(await raw(last("GET", `${CONFIG_MAPS}/half`))), [404]);
    });
  }
});

describe("a malformed body", () => {
  const deep = "[".repeat(100_000);
  for (const { when, body, type = "application/json", code } of [
    { when: "is nested too deep", body: `{"data":${deep}`, code: 400 },
    { when: "is YAML nested too deep", body: `data: ${deep}`, type: "application/yaml", code: 400 },
    { when: "is YAML that multiplies", body: bomb(), type: "application/yaml", code: 400 },
    { when: "is no object", body: "null", code: 400 },
    { when: "is no protobuf", body: "k8s\0\xff\xff", type: "application/vnd.kubernetes.protobuf", code: 400 },
    { when: "is of a type nobody reads", body: "a=b", type: "application/x-www-form-urlencoded", code: 415 },
  ]) {
    it(`is refused when it ${when}`, async () => {
      const text = post(body, "Connection: close\r\n").replace("application/json", type);
      assert.deepEqual(codes(await raw(text)), [code]);
    });
  }
});

describe("a strange request", () => {
  for (const { method = "GET", path, code } of [
    { path: "/api/v1/namespaces//pods", code: 404 },
    { method: "DELETE", path: "/api/v1/namespaces//configmaps", code: 404 },
    { path: `${CONFIG_MAPS}/..%2f..%2fsecrets`, code: 404 },
    { path: `${CONFIG_MAPS}/${"a".repeat(20_000)}`, code: 404 },
    { path: `${CONFIG_MAPS}/__proto__`, code: 404 },
    { path: `${CONFIG_MAPS}?limit=many`, code: 400 },
    { path: `${CONFIG_MAPS}?resourceVersion=-1`, code: 400 },
    { path: `${CONFIG_MAPS}?resourceVersion=999999999`, code: 504 },
    { path: `${CONFIG_MAPS}?continue=bnVsbA`, code: 400 },
    { path: `${CONFIG_MAPS}?labelSelector=${"(".repeat(10_000)}`, code: 400 },
    { path: `${CONFIG_MAPS}?watch=1&timeoutSeconds=soon`, code: 400 },
    { path: `${CONFIG_MAPS}?watch=1&timeoutSeconds=-1`, code: 200 },
    { method: "DELETE", path: `${CONFIG_MAPS}?limit=many`, code: 400 },
    { method: "POST", path: `${CONFIG_MAPS}/name`, code: 405 },
    { method: "PROPFIND", path: CONFIG_MAPS, code: 405 },
  ]) {
    it(`${method} ${path.slice(0, 80)} is answered ${code}`, async () => {
      assert.deepEqual(codes(await raw(last(method, path))), [code]);
    });
  }

  it("to change the protocol where none other is spoken is answered as if it had not asked", async () => {
    const upgrade = "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    const answer = await raw(`GET ${CONFIG_MAPS} HTTP/1.1\r\n${HEAD}${upgrade}\r\n`);
    assert.deepEqual(codes(answer), [200]);
  });
});

describe("a watch", () => {
  it("ends at its timeout, each time", async () => {
    const watches = Array.from({ length: 20 }, () => raw(last("GET", `${CONFIG_MAPS}?watch=1&timeoutSeconds=1`)));
    for (const answer of await Promise.all(watches)) assert.deepEqual(codes(answer), [200]);
  });
});

/** Ten lines whose aliases stand for 9^10 values. */
function bomb(): string {
  const names = [..."abcdefghij"];
  return names
    .map(
      (name, i) => `${name}: &${name} [${Array.from({ length: 9 }, () => (i ? `*${names[i - 1]}` : "x")).join(",")}]`,
    )
    .join("\n");
}
