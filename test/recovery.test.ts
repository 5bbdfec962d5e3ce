/** Killing any process of Skiff, a container, or the whole machine: what ran goes on or comes back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { processesInside } from "./support/host.ts";
import { constantLoad } from "./support/load.ts";
import { deploymentOf, serviceOf } from "./support/manifests.ts";
import { pretendReboot } from "./support/reboot.ts";

let cluster: Cluster;
let url: string;

before(async () => {
  cluster = await startCluster("t-recovery");
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
  await cluster.apply(deploymentOf({ name: "web", replicas: 2, command: "exec httpd -f -p 8080 -h /etc" }));
  await cluster.apply(serviceOf("web", 8080));
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

  it("of a container: it comes back", async () => {
    const [pod = ""] = (await cluster.ok("get pods -l app=web -o name")).split("\n");
    const containerId = (await cluster.ok(`get ${pod} -o jsonpath={.status.containerStatuses[0].containerID}`)).replace(
      /^.*\//,
      "",
    );
    const [pid] = processesInside(containerId);
    assert.ok(pid !== undefined, `nothing runs in ${containerId}`);
    process.kill(pid, "SIGKILL");
    await eventually(async () => {
      assert.equal(await cluster.ok(`get ${pod} -o jsonpath={.status.containerStatuses[0].restartCount}`), "1");
      assert.equal(await cluster.ok(`get ${pod} -o jsonpath={.status.containerStatuses[0].ready}`), "true");
    });
    await eventually(answers);
  });
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
    const down = await cluster.skiff("down");
    assert.equal(down.code, 0, down.stderr);
    await assert.rejects(answers());
    assert.equal((await cluster.skiff("status")).code, 3);
    const up = await cluster.skiff("up");
    assert.equal(up.code, 0, up.stderr);
    await cluster.ok("wait --for=condition=Ready pod -l app=web --timeout=60s");
    await eventually(answers);
  });
});
