import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import type { Project } from "../model.ts";
import type { OperationContext } from "../operations/context.ts";
import type { AttachOptions } from "../operations/up.ts";
import { LABEL } from "../plan/labels.ts";
import { type AttachActions, attachProject } from "./attach-project.ts";

interface FakeContainer {
  readonly id: string;
  readonly service: string;
  state: "created" | "running" | "restarting" | "exited";
  startedAt: string;
  log: { readonly time: string; readonly text: string }[];
  followers: PassThrough[];
}

/** An engine that holds containers in memory and answers the requests of `up`. */
function fakeEngine(services: readonly string[]) {
  const events = new PassThrough();
  let clock = 0;
  const tick = (): string => `2026-01-01T00:00:00.${String(++clock).padStart(9, "0")}Z`;
  const containers = services.map(
    (service): FakeContainer => ({
      ...{ id: `id-${service}`, service, state: "created", startedAt: "0001-01-01T00:00:00Z", log: [], followers: [] },
    }),
  );
  const find = (text: string): FakeContainer => {
    const found = containers.find(({ id, service }) => text.includes(id) || text === service);
    if (found === undefined) throw new DockerApiError(404, `No such container: ${text}`);
    return found;
  };
  const labels = ({ service }: FakeContainer) => ({
    ...{ [LABEL.project]: "shop", [LABEL.service]: service, [LABEL.number]: "1", [LABEL.oneOff]: "False" },
  });
  const frame = ({ time, text }: { readonly time: string; readonly text: string }): Buffer => {
    const payload = Buffer.from(`${time} ${text}\n`);
    const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(payload.byteLength, 4);
    return Buffer.concat([header, payload]);
  };
  const tell = (Action: string, container: FakeContainer, more = {}): void => {
    const Attributes = { ...labels(container), name: `shop-${container.service}-1`, image: "busybox", ...more };
    events.write(
      `${JSON.stringify({ Type: "container", Action, Actor: { ID: container.id, Attributes }, time: 1 })}\n`,
    );
  };
  const engine = {
    start(service: string): void {
      const container = find(service);
      container.state = "running";
      container.startedAt = tick();
      tell("start", container);
    },
    write(service: string, text: string): void {
      const container = find(service);
      const entry = { time: tick(), text };
      container.log.push(entry);
      for (const follower of container.followers) follower.write(frame(entry));
    },
    die(service: string, code = 0, state: "exited" | "restarting" = "exited"): void {
      const container = find(service);
      container.state = state;
      for (const follower of container.followers) follower.end();
      container.followers = [];
      tell("die", container, { exitCode: String(code) });
    },
    running: (): readonly string[] =>
      containers.filter(({ state }) => state === "running").map(({ service }) => service),
  };
  const client: Pick<DockerClient, "json" | "open"> = {
    async json<T>(path: string): Promise<T> {
      if (path === "/containers/json")
        return containers.map((container) => ({
          ...{
            Id: container.id,
            Names: [`/shop-${container.service}-1`],
            Labels: labels(container),
            Ports: [],
            Mounts: [],
          },
        })) as T;
      const { state, startedAt } = find(path);
      const Running = state === "running" || state === "restarting";
      return {
        Config: { Tty: false },
        State: { Running, Restarting: state === "restarting", StartedAt: startedAt },
      } as T;
    },
    async open(path, { query = {} } = {}) {
      if (path === "/events") return events as unknown as IncomingMessage;
      const container = find(path);
      const stream = new PassThrough();
      const shown = query.tail === undefined ? container.log : container.log.slice(-Number(query.tail) || Infinity);
      for (const entry of shown) stream.write(frame(entry));
      if (query.follow === "1" && container.state === "running") container.followers.push(stream);
      else stream.end();
      return stream as unknown as IncomingMessage;
    },
  };
  return { ...engine, engine, client };
}

type Engine = ReturnType<typeof fakeEngine>;

/** Attaches, and gives what the user sees. */
function attach(
  { engine, client }: Engine,
  options: Partial<AttachOptions & { readonly monitored: readonly string[] }>,
  actions: Partial<AttachActions>,
) {
  const seen: string[] = [];
  const services = Object.fromEntries(["db", "web"].map((name) => [name, { name, attach: true }]));
  const context = { client, log: (line: string) => seen.push(line) } as unknown as OperationContext;
  const over = attachProject(
    context,
    { name: "shop", services } as unknown as Project,
    { output: ({ container, text }) => void seen.push(`${container} ${text}`), ...options },
    {
      start: async () => undefined,
      async stop() {
        for (const service of engine.running()) engine.die(service, 143);
      },
      async kill() {
        for (const service of engine.running()) engine.die(service, 137);
      },
      ...actions,
    },
  );
  return { over, seen };
}

describe("attachProject()", () => {
  it("shows what containers write from their start on, and ends when all have ended", async () => {
    const engine = fakeEngine(["db", "web"]);
    const names: string[] = [];
    const { over, seen } = attach(
      engine,
      { attached: (containers) => names.push(...containers) },
      {
        async start() {
          engine.write("db", "early");
          engine.start("db");
          engine.start("web");
          engine.write("web", "hello");
          engine.die("db", 0);
          engine.die("web", 3);
        },
      },
    );
    assert.equal(await over, 0);
    assert.deepEqual(names, ["db-1", "web-1"]);
    const of = (name: string) => seen.filter((line) => line.startsWith(name));
    assert.deepEqual(of("db-1"), ["db-1 early", "db-1 exited with code 0"]);
    assert.deepEqual(of("web-1"), ["web-1 hello", "web-1 exited with code 3"]);
  });

  it("goes on where it was when a container is restarted", async () => {
    const engine = fakeEngine(["web"]);
    const { over, seen } = attach(
      engine,
      {},
      {
        async start() {
          engine.start("web");
          engine.write("web", "one");
          engine.die("web", 1, "restarting");
          await new Promise((resolve) => setImmediate(resolve));
          engine.write("web", "two");
          engine.start("web");
          engine.die("web", 1);
        },
      },
    );
    assert.equal(await over, 0);
    assert.deepEqual(seen, [
      ...["web-1 one", "web-1 exited with code 1 (restarting)"],
      ...["web-1 two", "web-1 exited with code 1"],
    ]);
  });

  it("shows nothing of an earlier run", async () => {
    const engine = fakeEngine(["web"]);
    engine.start("web");
    engine.write("web", "old");
    engine.die("web");
    const { over, seen } = attach(
      engine,
      {},
      {
        async start() {
          engine.start("web");
          engine.write("web", "new");
          engine.die("web");
        },
      },
    );
    await over;
    assert.deepEqual(
      seen.filter((line) => !line.includes("exited")),
      ["web-1 new"],
    );
  });

  it("does not wait for what is not started", async () => {
    const engine = fakeEngine(["db", "web"]);
    const { over } = attach(
      engine,
      {},
      {
        async start() {
          engine.start("web");
          engine.die("web");
        },
      },
    );
    assert.equal(await over, 0);
  });

  it("stops at the first interrupt, and kills at the second", async () => {
    const engine = fakeEngine(["db", "web"]);
    const [interrupt, force] = [new AbortController(), new AbortController()];
    const calls: string[] = [];
    const stopping = Promise.withResolvers<void>();
    const { over, seen } = attach(
      engine,
      { interrupt: interrupt.signal, force: force.signal, started: () => interrupt.abort() },
      {
        async start() {
          engine.start("db");
          engine.start("web");
        },
        async stop() {
          calls.push("stop");
          force.abort();
          await stopping.promise;
        },
        async kill() {
          calls.push("kill");
          for (const service of ["db", "web"]) engine.die(service, 137);
          stopping.resolve();
        },
      },
    );
    assert.equal(await over, 0);
    assert.deepEqual(calls, ["stop", "kill"]);
    assert.deepEqual(seen, ["db-1 exited with code 137", "web-1 exited with code 137"]);
  });

  it("ends a start that waits when it is interrupted", async () => {
    const engine = fakeEngine(["db", "web"]);
    const interrupt = new AbortController();
    const { over } = attach(
      engine,
      { interrupt: interrupt.signal },
      {
        start(signal) {
          engine.start("db");
          setImmediate(() => interrupt.abort());
          return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
        },
      },
    );
    assert.equal(await over, 0);
    assert.deepEqual(engine.running(), []);
  });

  it("tells why a start failed, and leaves what runs alone", async () => {
    const engine = fakeEngine(["db", "web"]);
    const { over } = attach(
      engine,
      {},
      {
        async start() {
          engine.start("db");
          throw new Error("no such image");
        },
      },
    );
    await assert.rejects(over, /no such image/);
    assert.deepEqual(engine.running(), ["db"]);
  });

  const cascades = [
    { when: "any container ends", options: { onExit: "stop" }, ends: { db: 0 }, code: 0 },
    { when: "any container ends with an error", options: { onExit: "stop" }, ends: { db: 4 }, code: 4 },
    { when: "one fails", options: { onExit: "stop-on-failure" }, ends: { db: 4 }, code: 4 },
    {
      when: "a service's code is asked for",
      options: { onExit: "stop", exitCodeFrom: "web" },
      ends: { db: 4 },
      code: 143,
    },
  ] as const;
  for (const { when, options, ends, code } of cascades) {
    it(`stops the others when ${when}`, async () => {
      const engine = fakeEngine(["db", "web"]);
      const { over, seen } = attach(engine, options, {
        async start() {
          engine.start("db");
          engine.start("web");
          engine.die("db", ends.db);
        },
      });
      assert.equal(await over, code);
      assert.ok(seen.includes("Aborting on container exit..."));
      assert.deepEqual(engine.running(), []);
    });
  }

  it("does not stop the others when one ends well and only failures count", async () => {
    const engine = fakeEngine(["db", "web"]);
    const { over, seen } = attach(
      engine,
      { onExit: "stop-on-failure" },
      {
        async start() {
          engine.start("db");
          engine.start("web");
          engine.die("db", 0);
          engine.die("web", 0);
        },
      },
    );
    assert.equal(await over, 0);
    assert.ok(!seen.includes("Aborting on container exit..."));
  });

  it("shows and waits for the services that are wanted only", async () => {
    const engine = fakeEngine(["db", "web"]);
    const { over, seen } = attach(
      engine,
      { services: ["web"] },
      {
        async start() {
          engine.start("db");
          engine.write("db", "hidden");
          engine.start("web");
          engine.write("web", "shown");
          engine.die("web");
        },
      },
    );
    assert.equal(await over, 0);
    assert.deepEqual(seen, ["web-1 shown", "web-1 exited with code 0"]);
    assert.deepEqual(engine.running(), ["db"]);
  });

  it("says so when the engine goes away", async () => {
    const engine = fakeEngine(["web"]);
    const { over } = attach(
      engine,
      {},
      {
        async start() {
          engine.start("web");
          const stream = await engine.client.open("/events");
          (stream as unknown as PassThrough).end();
        },
      },
    );
    await assert.rejects(over, /the engine has ended its stream of events/);
  });
});
