import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { BuildEvent } from "@skiff/builder";
import { buildProgress } from "./build-progress.ts";
import { createProgress } from "./progress.ts";

const step = (number: number, text: string, at: number, name = "0"): BuildEvent => ({
  ...{ type: "step", step: number, of: 9, text },
  stage: { name, at, of: 10 },
});

interface ShownVertex {
  readonly digest: string;
  readonly name: string;
  readonly cached?: boolean;
  readonly completed?: object;
  readonly error?: string;
}

/** Tells the events, lets the build fail where `failure` is given, and gives how each vertex stands at the end. */
async function shown(events: readonly BuildEvent[], o: { stages?: number; failure?: string } = {}) {
  const progress = createProgress({ digestOf: (vertex) => `v${vertex}`, now: () => 1500 });
  const { report, fail } = buildProgress(progress, () => o.stages ?? 1);
  events.forEach(report);
  if (o.failure !== undefined) fail(o.failure);
  progress.end(o.failure === undefined ? undefined : "context canceled");
  const last = new Map<string, ShownVertex>();
  let log = "";
  for await (const { vertexes = [], logs = [] } of progress.follow(new AbortController().signal)) {
    for (const vertex of vertexes as ShownVertex[]) last.set(vertex.digest, vertex);
    for (const { msg } of logs as { msg: Uint8Array }[]) log += Buffer.from(msg).toString();
  }
  return { vertexes: [...last.values()], log };
}

describe("buildProgress()", () => {
  it("names steps by their stage and place, and bases by their whole name", async () => {
    const events = [step(1, "FROM busybox", 1), step(2, "ENV a=b", 0), step(3, "RUN <<END\nmake\nEND", 2, "made")];
    const { vertexes } = await shown(events, { stages: 2 });
    assert.deepEqual(
      vertexes.map(({ name }) => name),
      ["[stage-0  1/10] FROM docker.io/library/busybox:latest", "[made  2/10] RUN <<END"],
    );
  });

  it("counts no base that is nothing", async () => {
    const { vertexes } = await shown([step(1, "FROM scratch", 1), step(2, "COPY a /", 2)]);
    assert.deepEqual(
      vertexes.map(({ name }) => name),
      ["[1/9] COPY a /"],
    );
  });

  it("tells what a step prints, and which came from the cache", async () => {
    const { vertexes, log } = await shown([
      ...[step(1, "RUN a", 1), { type: "output", step: 1, stream: "stdout", data: Buffer.from("made") } as const],
      ...[{ type: "done", step: 1 } as const, step(2, "RUN b", 2)],
      ...[{ type: "cached", step: 2 } as const, { type: "done", step: 2 } as const],
    ]);
    assert.deepEqual(
      vertexes.map(({ cached }) => cached),
      [false, true],
    );
    assert.equal(log, "made");
  });

  it("lets the step fail that failed, and gives up the others for it", async () => {
    const events: BuildEvent[] = [step(1, "RUN a", 1), step(2, "RUN b", 2), { type: "failed", step: 2 }];
    const { vertexes } = await shown(events, { failure: "exit code: 1" });
    assert.deepEqual(
      vertexes.map(({ error }) => error),
      ["context canceled", "exit code: 1"],
    );
  });

  it("cuts off what a step prints beyond 2 MiB", async () => {
    const data = Buffer.alloc(3 * 1024 * 1024, "x");
    const { log } = await shown([step(1, "RUN a", 1), { type: "output", step: 1, stream: "stdout", data }]);
    assert.ok(log.length < 2.1 * 1024 * 1024);
    assert.match(log.slice(-60), /output clipped, log limit 2MiB reached/);
  });
});
