/** The engine killed while many containers run: none notices, and what happened meanwhile is known afterwards. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { eventually } from "./support/eventually.ts";
import { processesInside } from "./support/host.ts";

/** Counts by hundredths of a second; ends with code 7 when it is asked to. */
const COUNTS = 'trap "exit 7" TERM; i=0; while true; do echo $i; i=$((i+1)); usleep 50000; done';
const ENDS_WELL = 'trap "exit 0" TERM; while true; do usleep 50000; done';

interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
}

const groups = [
  { name: "steady", count: 28, options: "", script: COUNTS },
  { name: "published", count: 2, options: "-p 127.0.0.1::8080", script: "exec httpd -f -p 8080 -h /etc" },
  { name: "ended", count: 8, options: "", script: COUNTS },
  { name: "removed", count: 2, options: "--rm", script: COUNTS },
  { name: "always", count: 3, options: "--restart=always", script: COUNTS },
  { name: "unless", count: 2, options: "--restart=unless-stopped", script: COUNTS },
  { name: "failing", count: 3, options: "--restart=on-failure:3", script: COUNTS },
  { name: "well", count: 2, options: "--restart=on-failure", script: ENDS_WELL },
] as const;
const names = groups.flatMap(({ name, count }) => Array.from({ length: count }, (_, at) => `${name}-${at}`));
const ofGroups = (...wanted: readonly string[]): string[] =>
  names.filter((name) => wanted.includes(name.replace(/-\d+$/, "")));

let engine: EngineInstance;
let earlier: ReadonlyMap<string, Inspected>;
let later: ReadonlyMap<string, Inspected>;
/** Milliseconds at which the second engine was started. */
let started: number;

async function inspect(some: readonly string[]): Promise<ReadonlyMap<string, Inspected>> {
  const found: Inspected[] = JSON.parse(await engine.ok(["inspect", ...some]));
  return new Map(found.map((each) => [each.Name.slice(1), each]));
}

before(async () => {
  engine = await startEngine("t-survival");
  await engine.ok("pull busybox");
  await Promise.all(
    groups.flatMap(({ name, count, options, script }) =>
      Array.from({ length: count }, (_, at) =>
        engine.ok([
          ...["run", "-d", "--name", `${name}-${at}`, ...options.split(" ").filter(Boolean)],
          ...["busybox", "sh", "-c", script],
        ]),
      ),
    ),
  );
  const ticking = "i=0; while echo $i >> /ticks; do echo $i; usleep 50000; done";
  for (const [at, how] of ["-d", "-dt"].entries()) await engine.ok(["exec", how, `steady-${at}`, "sh", "-c", ticking]);
  earlier = await inspect(names);
  await engine.kill();
  const victims = ofGroups("ended", "removed", "always", "unless", "failing", "well");
  const pids = victims.map((name) => earlier.get(name)?.State.Pid ?? 0);
  for (const pid of pids) process.kill(pid, "SIGTERM");
  await eventually(() => {
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
  started = Date.now();
  await engine.start();
  const restarting = ofGroups("always", "unless", "failing");
  await eventually(async () => {
    for (const { Name, State } of (await inspect(restarting)).values()) assert.equal(State.Status, "running", Name);
  });
  later = await inspect(names.filter((name) => !name.startsWith("removed")));
});

after(() => engine[Symbol.asyncDispose]());

describe("kill -9 of the engine with 50 containers running", () => {
  it("is noticed by none: the same processes go on", () => {
    assert.equal(names.length, 50);
    for (const name of ofGroups("steady", "published")) {
      const [was, is] = [earlier.get(name), later.get(name)];
      assert.equal(was?.State.Status, "running");
      assert.deepEqual(is?.State, was?.State, name);
      assert.equal(is?.RestartCount, 0);
    }
  });
  it("leaves no gap in a log, and no line twice", async () => {
    for (const name of ofGroups("steady", "ended")) {
      const lines = (await engine.ok(`logs ${name}`)).split("\n").map(Number);
      assert.ok(lines.length > (name.startsWith("steady") ? 10 : 0), name);
      assert.deepEqual(
        lines,
        lines.map((_, at) => at),
        name,
      );
    }
  });
  for (const [at, how] of ["-d", "-dt"].entries())
    it(`does not end what \`exec ${how}\` has started`, async () => {
      const ticks = async (): Promise<number> => Number(await engine.ok(`exec steady-${at} grep -c . /ticks`));
      const now = await ticks();
      await eventually(async () => assert.ok((await ticks()) > now));
    });
  it("keeps published ports answering", async () => {
    for (const name of ofGroups("published")) {
      const address = await engine.ok(`port ${name} 8080/tcp`);
      const answer = await fetch(`http://${address}/hostname`);
      assert.equal(answer.status, 200);
    }
  });
  it("has ends meanwhile recorded with their code, at the time they happened", () => {
    for (const name of ofGroups("ended")) {
      const state = later.get(name)?.State;
      assert.deepEqual([state?.Status, state?.ExitCode], ["exited", 7], name);
      assert.ok(Date.parse(state?.FinishedAt ?? "") <= started, `${name} ended at ${state?.FinishedAt}`);
    }
  });
  it("has restart policies catch up", () => {
    for (const name of ofGroups("always", "unless", "failing")) {
      const found = later.get(name);
      assert.deepEqual([found?.State.Status, found?.RestartCount], ["running", 1], name);
    }
    for (const name of ofGroups("well")) {
      const found = later.get(name);
      assert.deepEqual([found?.State.Status, found?.State.ExitCode, found?.RestartCount], ["exited", 0, 0], name);
    }
  });
  it("has what removes itself removed", async () => {
    assert.equal(await engine.ok("ps -aq --filter name=removed"), "");
  });
  it("leaves everything under control: exec and stop work as before", async () => {
    const [first = "", second = ""] = ofGroups("steady");
    assert.equal(await engine.ok(`exec ${first} echo inside`), "inside");
    await engine.ok(`stop -t 5 ${second}`);
    assert.equal((await inspect([second])).get(second)?.State.ExitCode, 7);
  });
  it("is as good as its replacement by a cluster's node: containers go on, and are the node's", async () => {
    assert.match((await engine.skiff("status")).stdout, /^state\s+engine$/m);
    const up = await engine.skiff("up");
    assert.equal(up.code, 0, up.stderr);
    const now = await inspect(ofGroups("published"));
    for (const name of ofGroups("published")) assert.deepEqual(now.get(name)?.State, earlier.get(name)?.State);
    assert.match((await engine.skiff("status")).stdout, /^state\s+running$/m);
  });
  it("leaves nothing behind once everything is removed", async () => {
    const ids = (await engine.ok("ps -aq --no-trunc")).split("\n");
    await engine.ok(["rm", "-f", ...ids]);
    assert.deepEqual(
      ids.flatMap((id) => processesInside(id)),
      [],
    );
  });
});
