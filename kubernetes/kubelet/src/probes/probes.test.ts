import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { describe, it, mock, type TestContext } from "node:test";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import type { Probe } from "@skiff/api/core/v1";
import { aContainer } from "../testing/builders.ts";
import { ContainerProbes } from "./container-probes.ts";
import { ProbeCounter } from "./counter.ts";
import { probeGrpc } from "./grpc.ts";
import { probeHttp } from "./http.ts";
import { probeTcp } from "./tcp.ts";
import { failed, passed } from "./verdict.ts";

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const host = "127.0.0.1";

describe("probeHttp()", () => {
  it("passes below 400 and shows its headers", async (t) => {
    let seen: unknown;
    const server = createHttpServer((request, response) => {
      seen = [request.url, request.headers["user-agent"], request.headers["x-own"]];
      response.writeHead(302).end();
    });
    const port = await listen(t, server);
    const action = { port, path: "/ok?x=1", httpHeaders: [{ name: "X-Own", value: "v" }] };
    assert.equal((await probeHttp({ host, port, action }, 1000)).ok, true);
    assert.deepEqual(seen, ["/ok?x=1", "kube-probe/1.36", "v"]);
  });

  it("says what went wrong", async (t) => {
    const server = createHttpServer((request, response) => {
      if (request.url === "/500") response.writeHead(500).end();
    });
    t.after(() => server.closeAllConnections());
    const port = await listen(t, server);
    const bad = await probeHttp({ host, port, action: { port, path: "/500" } }, 1000);
    assert.deepEqual(bad, failed("HTTP probe failed with statuscode: 500"));
    const slow = await probeHttp({ host, port, action: { port, path: "/never" } }, 50);
    assert.match(slow.message, /context deadline exceeded \(Client.Timeout exceeded while awaiting headers\)$/);
    const closed = await closedPort();
    const none = await probeHttp({ host, port: closed, action: { port: closed } }, 1000);
    const why = `Get "http://127.0.0.1:${closed}/": dial tcp 127.0.0.1:${closed}: connect: connection refused`;
    assert.deepEqual(none, failed(why));
  });
});

describe("probeTcp()", () => {
  it("passes when something listens and fails when nothing does", async (t) => {
    const port = await listen(t, createServer());
    assert.deepEqual(await probeTcp(host, port, 1000), passed);
    const closed = await closedPort();
    const why = `dial tcp 127.0.0.1:${closed}: connect: connection refused`;
    assert.deepEqual(await probeTcp(host, closed, 1000), failed(why));
  });
});

describe("probeGrpc()", () => {
  it("asks the health service and understands its answer", async (t) => {
    const server = new GrpcServer();
    const bytes = (value: Buffer) => value;
    const check = {
      path: "/grpc.health.v1.Health/Check",
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    server.addService({ check } as const, {
      check: ({ request }: { request: Buffer }, done: (error: null, answer: Buffer) => void) => {
        const service = request.subarray(2).toString();
        done(null, Buffer.from([0x08, service === "down" ? 2 : 1]));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    t.after(() => server.forceShutdown());
    assert.deepEqual(await probeGrpc(host, port, "", 2000), passed);
    const down = await probeGrpc(host, port, "down", 2000);
    assert.deepEqual(down, failed('service unhealthy (responded with "NOT_SERVING")'));
  });
});

describe("ProbeCounter", () => {
  const probe: Probe = { failureThreshold: 3, successThreshold: 2 };
  const table = [
    { when: "too few failures", results: [false, false], initial: true, want: true },
    { when: "enough failures in a row", results: [false, false, false], initial: true, want: false },
    { when: "failures with a pass between", results: [false, false, true, false, false], initial: true, want: true },
    { when: "too few passes", results: [true], initial: false, want: false },
    { when: "enough passes", results: [true, true], initial: false, want: true },
  ];
  for (const { when, results, initial, want } of table) {
    it(`says ${want} after ${when}`, () => {
      const counter = new ProbeCounter(probe, initial);
      for (const ok of results) counter.count(ok);
      assert.equal(counter.verdict, want);
    });
  }
});

describe("ContainerProbes", () => {
  it("holds the other probes back until the startup probe has passed", async (t) => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    t.after(() => mock.timers.reset());
    const tried: string[] = [];
    const { resolve, promise } = Promise.withResolvers<void>();
    const probes = new ContainerProbes({
      container: aContainer({
        startupProbe: { periodSeconds: 1, failureThreshold: 5 },
        readinessProbe: { periodSeconds: 1 },
        livenessProbe: { periodSeconds: 1 },
      }),
      startedAt: 0,
      now: () => Date.now(),
      attempt: async (kind) => {
        tried.push(kind);
        if (tried.includes("readiness") && tried.includes("liveness")) resolve();
        return kind === "startup" && tried.length < 3 ? failed("not yet") : passed;
      },
      changed: () => {},
      unhealthy: () => {},
    });
    t.after(() => probes[Symbol.dispose]());
    const settle = () => new Promise((next) => setImmediate(next));
    for (let second = 0; second < 4; second++) {
      mock.timers.tick(second === 0 ? 0 : 1000);
      await settle();
      if (tried.length === 2) assert.equal(probes.ready, false);
      mock.timers.tick(0);
      await settle();
    }
    await promise;
    assert.deepEqual(tried.slice(0, 3), ["startup", "startup", "startup"]);
    assert.deepEqual([probes.started, probes.ready, probes.failed], [true, true, undefined]);
  });
});
