/** Killing any process of Skiff, a container, or the whole machine: what ran goes on or comes back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { processesInside, processesNaming } from "./support/host.ts";
import { leftovers } from "./support/leftovers.ts";
import { constantLoad } from "./support/load.ts";
import { deploymentOf, podOf, serviceOf } from "./support/manifests.ts";
import { pretendReboot } from "./support/reboot.ts";

let cluster: Cluster;
let url: string;

before(async () => {
  cluster = await startCluster("t-recovery");
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
  await cluster.apply(deploymentOf({ name: "web", replicas: 2, command: "exec httpd -f -p 8080 -h /etc" }));
  await cluster.apply(serviceOf("web", 8080));
  await cluster.apply(
    podOf({
      name: "counter",
      command: 'trap "exit 0" TERM; i=0; while true; do echo $i; i=$((i+1)); usleep 10000; done',
    }),
  );
  await cluster.ok("rollout status deployment/web --timeout=60s");
  url = `http://${await cluster.ok("get service web -o jsonpath={.spec.clusterIP}")}:8080/hostname`;
});

after(() => cluster[Symbol.asyncDispose]());

/** Which containers run: the same text before and after means none was restarted or doubled. */
const containers = (): Promise<string> =>
  cluster.ok(
    'get pods -l app=web --sort-by=.metadata.name -o jsonpath={range.items[*]}{.metadata.uid}{.status.containerStatuses[0].containerID}{.status.containerStatuses[0].restartCount}{"\\n"}{end}',
  );

function pidOf(process: "server" | "agent"): number {
  return JSON.parse(readFileSync(join("/run", `skiff-${cluster.name}`, `${process}.pid`), "utf8")).pid;
}

function conmonOf(containerId: string): number {
  return Number(readFileSync(join("/run", `skiff-${cluster.name}`, "c", containerId, "conmon.pid"), "utf8"));
}

async function answers(): Promise<void> {
  const response = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(2000) });
  assert.equal(response.status, 200);
  await response.text();
}

describe("kill -9", () => {
  it("of the node's process: containers go on serving, and it comes back by itself and adopts them", async () => {
    await eventually(answers);
    const before = await containers();
    await using load = constantLoad(url, 2);
    const pid = pidOf("agent");
    process.kill(pid, "SIGKILL");
    await eventually(() => assert.notEqual(pidOf("agent"), pid));
    await eventually(async () => assert.equal((await cluster.kubectl("exec deploy/web -- true")).code, 0));
    await load.answered(50);
    assert.deepEqual((await load.stop()).failures, []);
    assert.equal(await containers(), before);
  });

  it("of the control plane: containers go on serving, and everything is adopted after the next start", async () => {
    const before = await containers();
    await using load = constantLoad(url, 2);
    process.kill(pidOf("server"), "SIGKILL");
    await load.answered(50);
    const up = await cluster.skiff("up");
    assert.equal(up.code, 0, up.stderr);
    await cluster.ok("rollout status deployment/web --timeout=60s");
    await load.answered(50);
    assert.deepEqual((await load.stop()).failures, []);
    assert.equal(await containers(), before);
    await eventually(async () => assert.equal((await cluster.kubectl("exec deploy/web -- true")).code, 0));
  });

  it("of both while objects are written: nothing acknowledged is lost", async () => {
    const written: string[] = [];
    const writing = (async () => {
      for (let i = 0; i < 1000; i++) {
        const done = await cluster.kubectl(`create configmap kept-${i} --from-literal=n=${i}`);
        if (done.code !== 0) return;
        written.push(`configmap/kept-${i}`);
      }
    })();
    await eventually(() => assert.ok(written.length > 5));
    process.kill(pidOf("server"), "SIGKILL");
    process.kill(pidOf("agent"), "SIGKILL");
    await writing;
    assert.equal((await cluster.skiff("up")).code, 0);
    const names = new Set((await cluster.ok("get configmaps -o name")).trim().split("\n"));
    assert.deepEqual(
      written.filter((name) => !names.has(name)),
      [],
    );
  });

  it("of either loses no line of a container's output", async () => {
    await cluster.ok("wait --for=condition=Ready pod/counter --timeout=30s");
    assert.equal(await cluster.ok("get pod counter -o jsonpath={.status.containerStatuses[0].restartCount}"), "0");
    const lines = (await cluster.ok("logs counter")).trimEnd().split("\n").map(Number);
    assert.ok(lines.length > 100);
    assert.equal(
      lines.findIndex((line, at) => line !== at),
      -1,
    );
  });

  for (const { what, which, victim } of [
    { what: "a container", which: 0, victim: (id: string) => processesInside(id)[0] },
    { what: "the conmon that holds a container", which: 1, victim: conmonOf },
  ]) {
    it(`of ${what}: the container comes back`, async () => {
      const pod = (await cluster.ok("get pods -l app=web -o name")).split("\n")[which];
      const read = (field: string): Promise<string> =>
        cluster.ok(`get ${pod} -o jsonpath={.status.containerStatuses[0].${field}}`);
      const restarts = Number(await read("restartCount"));
      const containerId = (await read("containerID")).replace(/^.*\//, "");
      const pid = victim(containerId);
      assert.ok(pid !== undefined, `nothing runs in ${containerId}`);
      process.kill(pid, "SIGKILL");
      await eventually(async () => assert.equal(await read("restartCount"), String(restarts + 1)));
      await eventually(async () => assert.equal(await read("ready"), "true"));
      assert.equal(await read("lastState.terminated.exitCode"), "137");
      assert.deepEqual(processesInside(containerId), []);
      await eventually(answers);
    });
  }
});

describe("a reboot", () => {
  it("brings everything back to the desired state", async () => {
    const pods = (await cluster.ok("get pods -l app=web -o name")).trim();
    pretendReboot(cluster);
    const up = await cluster.skiff("up");
    assert.equal(up.code, 0, up.stderr);
    await cluster.ok("wait --for=condition=Ready pod -l app=web --timeout=60s");
    await eventually(answers);
    assert.equal((await cluster.ok("get pods -l app=web -o name")).trim(), pods);
  });
});

describe("skiff down", () => {
  it("stops every container and keeps the state; up brings it back", async () => {
    const down = await cluster.skiff("down --timeout 1");
    assert.equal(down.code, 0, down.stderr);
    await assert.rejects(answers());
    assert.equal((await cluster.skiff("status")).code, 3);
    const up = await cluster.skiff("up");
    assert.equal(up.code, 0, up.stderr);
    await cluster.ok("wait --for=condition=Ready pod -l app=web --timeout=60s");
    await eventually(answers);
  });
});

describe("kill -9 again and again, while Pods come and go", () => {
  const rounds = [
    ["agent"],
    ["agent", "server"],
    ["server"],
    ["server", "agent"],
    ["agent"],
    ["agent", "server"],
  ] as const;

  it("ends in the desired state, with every container once", async () => {
    await using churn = startChurn();
    for (const [round, victims] of rounds.entries()) {
      await delay(200 + Math.random() * 1000);
      for (const victim of victims) kill(victim);
      if (!victims.some((victim) => victim === "server")) continue;
      const up = await cluster.skiff("up");
      assert.equal(up.code, 0, `round ${round}: ${up.stderr}`);
    }
    await churn.stop();
    await cluster.ok("scale deployment/churn --replicas=3");
    await cluster.ok("rollout status deployment/churn --timeout=60s");
    await eventually(async () => {
      const wanted = (
        await cluster.ok("get pods -o jsonpath={.items[*].status.containerStatuses[*].containerID}")
      ).split(" ");
      assert.equal(wanted.length, 3 + 2 + 1);
      const running = wanted.filter((id) => processesInside(id.replace(/^.*\//, "")).length > 0);
      assert.equal(running.length, wanted.length);
      const conmons = processesNaming(`/run/skiff-${cluster.name}/r`);
      assert.equal(conmons.length, wanted.length);
    });
  });

  it("leaves nothing behind once every Pod is deleted", async () => {
    await cluster.ok("delete deployment,service,pod --all");
    await eventually(async () => assert.equal(await cluster.ok("get pods -o name"), ""));
    await eventually(() => assert.deepEqual(leftovers(cluster), []));
  });
});

/** A Deployment that is scaled up and down, and loses Pods, until it is told to stop. */
function startChurn(): AsyncDisposable & { stop(): Promise<void> } {
  let stopped = false;
  const pick = (below: number): number => Math.floor(Math.random() * below);
  const running = (async () => {
    const shape = { name: "churn", replicas: 3, command: 'trap "exit 0" TERM; while true; do usleep 100000; done' };
    await cluster.apply(deploymentOf(shape));
    while (!stopped) {
      // Whatever comes of it: the API may just be gone.
      if (pick(3) > 0) await cluster.kubectl(`scale deployment/churn --replicas=${pick(8)}`);
      else await cluster.kubectl("delete pod -l app=churn --wait=false");
      await delay(pick(300));
    }
  })();
  const stop = async (): Promise<void> => {
    stopped = true;
    await running;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

/** Kills a process of the instance, unless it has just been killed and is only being started again. */
function kill(victim: "server" | "agent"): void {
  try {
    process.kill(pidOf(victim), "SIGKILL");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["ESRCH", "ENOENT"].includes(code)) throw error;
  }
}
