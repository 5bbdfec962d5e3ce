/** The container commands of `skiff`, and the real docker CLI, on the image store the cluster uses. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster, words } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { type Finished, run } from "./support/run.ts";
import { dockerCli } from "./support/tools.ts";

let cluster: Cluster;
let context: string;

before(async () => {
  cluster = await startCluster("t-containers");
  const pull = await cluster.skiff("pull busybox");
  assert.equal(pull.code, 0, pull.stderr);
  context = mkdtempSync(join(tmpdir(), "skiff-context-"));
  writeFileSync(
    join(context, "Dockerfile"),
    `FROM busybox AS build
RUN echo built > /result
FROM busybox
ARG WHO=nobody
ENV GREETING="hello $WHO"
COPY --from=build /result /result
COPY note.txt /
CMD ["sh", "-c", "echo $GREETING; cat /result /note.txt"]
`,
  );
  writeFileSync(join(context, "note.txt"), "noted\n");
});

after(async () => {
  rmSync(context, { recursive: true, force: true });
  await cluster[Symbol.asyncDispose]();
});

const docker = (args: string | readonly string[], options = {}): Promise<Finished> =>
  run(dockerCli(), words(args), { env: { ...cluster.env, DOCKER_BUILDKIT: "0" }, ...options });

describe("skiff run", () => {
  it("gives the output and the exit code, and with --rm leaves nothing", async () => {
    const done = await cluster.skiff(["run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 5"]);
    assert.deepEqual([done.stdout, done.stderr, done.code], ["out\n", "err\n", 5]);
    assert.equal((await cluster.skiff("ps -aq")).stdout, "");
  });
  it("passes its input on", async () => {
    assert.equal((await cluster.skiff("run --rm -i busybox cat", { input: "in and out" })).stdout, "in and out");
  });
  it("exits with 127 when the program is missing, 125 when the image is", async () => {
    assert.equal((await cluster.skiff("run --rm busybox no-such-program")).code, 127);
    assert.equal((await cluster.skiff("run --rm 127.0.0.1:1/no/such")).code, 125);
  });
  it("isolates: its own processes and host name, no new privileges, masked paths", async () => {
    const script = "echo $$; hostname; grep NoNewPrivs /proc/self/status; cat /proc/kcore | wc -c; id -u";
    const { stdout } = await cluster.skiff([
      "run",
      "--rm",
      "--security-opt",
      "no-new-privileges",
      "busybox",
      "sh",
      "-c",
      script,
    ]);
    assert.match(stdout, /^1\n[0-9a-f]{12}\nNoNewPrivs:\t1\n0\n0\n$/);
  });
  it("in the background, then ps, exec, stop, rm", async () => {
    const id = (await cluster.skiff("run -d --name sleeper busybox sleep 600")).stdout.trim();
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.match(
      (await cluster.skiff("ps")).stdout,
      new RegExp(`${id.slice(0, 12)}\\s+busybox\\s+"sleep 600"\\s+.*Up .*sleeper`),
    );
    assert.equal((await cluster.skiff("exec sleeper hostname")).stdout, `${id.slice(0, 12)}\n`);
    assert.equal((await cluster.skiff(["exec", "sleeper", "sh", "-c", "exit 9"])).code, 9);
    assert.equal((await cluster.skiff("stop -t 1 sleeper")).code, 0);
    assert.match((await cluster.skiff("ps -a")).stdout, /Exited \(137\)/);
    assert.equal((await cluster.skiff("rm sleeper")).code, 0);
    assert.equal((await cluster.skiff("ps -aq")).stdout, "");
  });
});

describe("skiff build", () => {
  it("builds a Dockerfile of several stages; a Pod runs the image with no push, load or copy", async () => {
    const built = await cluster.skiff(["build", "-t", "note:1", "--build-arg", "WHO=world", context]);
    assert.equal(built.code, 0, built.stderr);
    assert.equal((await cluster.skiff("run --rm note:1")).stdout, "hello world\nbuilt\nnoted\n");
    await cluster.ok("run noted --image=note:1 --restart=Never");
    await cluster.ok("wait --for=jsonpath={.status.phase}=Succeeded pod/noted --timeout=60s");
    assert.equal(await cluster.ok("logs noted"), "hello world\nbuilt\nnoted\n");
  });
  it("takes what did not change from its cache", async () => {
    const again = await cluster.skiff(["build", "-t", "note:1", "--build-arg", "WHO=world", context]);
    assert.match(again.stdout + again.stderr, /CACHED|Using cache/i);
  });
  it("names the line of a mistake", async () => {
    writeFileSync(join(context, "Bad"), "FROM busybox\nRUNN true\n");
    const failed = await cluster.skiff(["build", "-f", join(context, "Bad"), context]);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /unknown instruction: RUNN/);
  });
});

describe("skiff import", () => {
  it("takes a root file system and what `docker save` makes", async () => {
    const root = mkdtempSync(join(tmpdir(), "skiff-root-"));
    execFileSync("sh", [
      "-c",
      `mkdir -p ${root}/bin && cp /bin/busybox ${root}/bin/sh && tar -cf ${root}.tar -C ${root} .`,
    ]);
    const imported = await cluster.skiff(["import", `${root}.tar`, "tiny:1"]);
    rmSync(root, { recursive: true });
    rmSync(`${root}.tar`);
    assert.equal(imported.code, 0, imported.stderr);
    assert.equal((await cluster.skiff(["run", "--rm", "tiny:1", "/bin/sh", "-c", "echo tiny"])).stdout, "tiny\n");
  });
});

describe("the docker CLI", () => {
  it("sees the same images and containers", async () => {
    assert.match((await docker("images")).stdout, /busybox\s+latest/);
    assert.match((await docker("version")).stdout, /Server:/);
  });
  it("runs, execs, shows logs and removes", async () => {
    const ran = await docker(["run", "--rm", "busybox", "sh", "-c", "echo hi; exit 3"]);
    assert.deepEqual([ran.stdout, ran.code], ["hi\n", 3]);
    assert.equal(
      (await docker(["run", "-d", "--name", "d1", "busybox", "sh", "-c", "echo logged; sleep 600"])).code,
      0,
    );
    assert.equal((await docker("exec d1 echo inside")).stdout, "inside\n");
    assert.equal((await docker("logs d1")).stdout, "logged\n");
    assert.equal((await docker("rm -f d1")).stdout, "d1\n");
  });
  it("says what is not there as dockerd does", async () => {
    const { code, stderr } = await docker("exec none true");
    assert.equal(code, 1);
    assert.match(stderr, /No such container: none/);
  });
});

describe("volumes", () => {
  const inBusybox = (mounts: string, script: string) =>
    docker(["run", "--rm", ...words(mounts), "busybox", "sh", "-c", script]);

  it("keep their files from one container to the next, and cannot be removed while one has them", async () => {
    assert.equal((await inBusybox("-v notes:/notes", "echo kept > /notes/one")).code, 0);
    assert.equal((await inBusybox("-v notes:/notes:ro", "cat /notes/one; touch /notes/two")).stdout, "kept\n");
    await docker("create --name holder -v notes:/notes busybox true");
    const refused = await docker("volume rm notes");
    assert.match(refused.stderr, /remove notes: volume is in use - \[[0-9a-f]{64}\]/);
    await docker("rm holder");
    assert.deepEqual(await docker("volume rm notes").then(({ stdout, code }) => [stdout, code]), ["notes\n", 0]);
  });
  it("without a name go with a container that removes itself, or with rm -v", async () => {
    assert.equal((await inBusybox("-v /scratch", "touch /scratch/file")).code, 0);
    await docker("create --name holder -v /scratch busybox true");
    assert.equal((await docker("volume ls -q")).stdout.trim().split("\n").length, 1);
    await docker("rm -v holder");
    assert.equal((await docker("volume ls -q")).stdout, "");
  });
  it("start with what the image has in their place", async () => {
    const there = await inBusybox("", "ls /etc | sort");
    assert.equal((await inBusybox("-v copied:/etc", "ls /etc | sort")).stdout, there.stdout);
    assert.equal(
      (await inBusybox("-v bare:/etc2 --mount type=volume,src=empty,dst=/bin2", "ls /etc2 /bin2 | grep -c x")).stdout,
      "0\n",
    );
    await docker("volume prune -af");
  });
  it("are shared with --volumes-from", async () => {
    await docker("run -d --name first -v shared:/shared busybox sleep 600");
    await docker(["exec", "first", "sh", "-c", "echo both > /shared/file"]);
    assert.equal((await inBusybox("--volumes-from first:ro", "cat /shared/file")).stdout, "both\n");
    await docker("rm -f first");
    await docker("volume rm shared");
  });
});

describe("networks", () => {
  const inNetwork = (network: string, script: string) =>
    docker(["run", "--rm", "--network", network, "busybox", "sh", "-c", script]);

  before(async () => {
    await docker("network create back");
    await docker("network create --internal --subnet 10.251.7.0/24 inner");
    await docker("run -d --name db --network back --network-alias database busybox sleep 600");
  });
  after(async () => {
    await docker("rm -f db web");
    await docker("network prune -f");
    assert.equal((await docker("network ls -q --filter type=custom")).stdout, "");
  });

  it("know their containers by name and alias, and the world by the machine's servers", async () => {
    const found = await inNetwork(
      "back",
      "nslookup db; nslookup database; cat /etc/resolv.conf; ping -c1 -W2 db >&2 && echo reached",
    );
    assert.match(found.stdout, /Name:\s+db\nAddress: 172\./);
    assert.match(found.stdout, /Name:\s+database\nAddress: 172\./);
    assert.match(found.stdout, /nameserver 127\.0\.0\.11\noptions ndots:0/);
    assert.match(found.stdout, /reached/);
  });
  it("are apart from each other, and an internal one from everything", async () => {
    const address = (
      await docker(["inspect", "-f", "{{.NetworkSettings.Networks.back.IPAddress}}", "db"])
    ).stdout.trim();
    const probe = `ping -c1 -W1 ${address} > /dev/null && echo reached || echo apart`;
    assert.equal((await docker(["run", "--rm", "busybox", "sh", "-c", probe])).stdout, "apart\n");
    assert.equal((await inNetwork("inner", `ip route | grep default; ${probe}`)).stdout, "apart\n");
  });
  it("are joined and left while a container runs", async () => {
    await docker("network connect --alias store inner db");
    assert.match((await inNetwork("inner", "ping -c1 -W2 store")).stdout, /1 packets received/);
    assert.match((await docker("network connect inner db")).stderr, /endpoint with name db already exists in network/);
    await docker("network disconnect inner db");
    assert.doesNotMatch((await docker("exec db ip -o link")).stdout, /eth1/);
    assert.match((await docker("network rm back")).stderr, /network back id [0-9a-f]{64} has active endpoints/);
  });
  it("publish ports: on the machine, on loopback, and for containers elsewhere", async () => {
    const serve = "mkdir /w; echo hello > /w/index.html; httpd -f -p 80 -h /w";
    await docker(["run", "-d", "--name", "web", "-p", "80", "--network", "back", "busybox", "sh", "-c", serve]);
    const [, port] = /:(\d+)/.exec((await docker("port web 80")).stdout) ?? [];
    await eventually(async () => assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello\n"));
    const gateway = (
      await docker(["network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", "back"])
    ).stdout.trim();
    const asked = await docker(["run", "--rm", "busybox", "wget", "-qO-", `http://${gateway}:${port}/`]);
    assert.equal(asked.stdout, "hello\n");
  });
  it("answer names again after the node's process was killed", async () => {
    const { agent } = JSON.parse((await cluster.skiff("status --json")).stdout);
    process.kill(agent.pid, "SIGKILL");
    await eventually(async () => assert.match((await docker("exec web nslookup db")).stdout, /Address: 172\./));
  });
});

describe("the files of a container", () => {
  before(async () => {
    const script = "mkdir /made; echo new > /made/file; rm /etc/group; sleep 600";
    await docker(["run", "-d", "--name", "files", "busybox", "sh", "-c", script]);
    await eventually(async () => assert.match((await docker("diff files")).stdout, /D \/etc\/group/));
  });
  after(() => docker("rm -f files"));

  it("differ from the image's by what was done to them", async () => {
    assert.equal((await docker("diff files")).stdout, "C /etc\nD /etc/group\nA /made\nA /made/file\n");
  });
  it("are copied out and in, and links inside lead nowhere else", async () => {
    const local = join(context, "note.txt");
    assert.equal((await docker(["cp", local, "files:/made/"])).code, 0);
    assert.equal((await docker("exec files cat /made/note.txt")).stdout, "noted\n");
    const out = join(context, "out");
    assert.equal((await docker(["cp", "files:/made", out])).code, 0);
    assert.equal(readFileSync(join(out, "file"), "utf8"), "new\n");
    await docker("exec files ln -s / /made/root");
    await docker(["cp", local, "files:/made/root/through"]);
    assert.equal((await docker("exec files cat /through")).stdout, "noted\n");
    assert.equal(existsSync("/through"), false);
    assert.match((await docker(["cp", "files:/none", out])).stderr, /Could not find the file \/none in container/);
  });
  it("become an image, which is saved and loaded", async () => {
    assert.match((await docker("commit -m noted files committed:1")).stdout, /^sha256:/);
    const archive = join(context, "saved.tar");
    assert.equal((await docker(["save", "-o", archive, "committed:1"])).code, 0);
    await docker("rmi committed:1");
    assert.equal((await docker(["load", "-i", archive])).stdout, "Loaded image: committed:1\n");
    assert.equal((await docker("run --rm committed:1 cat /made/file")).stdout, "new\n");
    await docker("rmi committed:1");
  });
  it("are exported whole", async () => {
    const archive = join(context, "exported.tar");
    assert.equal((await docker(["export", "-o", archive, "files"])).code, 0);
    const names = execFileSync("tar", ["tf", archive], { encoding: "utf8" });
    assert.match(names, /^made\/file$/m);
    assert.doesNotMatch(names, /^etc\/group$/m);
  });
  it("are used by processes that top shows, within limits that update changes", async () => {
    assert.match((await docker("top files")).stdout, /sleep 600/);
    assert.match((await docker("stats --no-stream files")).stdout, /files/);
    await docker("update --memory 64m --memory-swap 64m files");
    assert.equal((await docker("inspect -f {{.HostConfig.Memory}} files")).stdout, "67108864\n");
  });
});

describe("restart policies", () => {
  const inspect = async (name: string, field: string): Promise<string> =>
    (await docker(["inspect", "-f", `{{${field}}}`, name])).stdout.trim();
  after(() => docker("rm -f thrice always"));

  it("start a failing container as often as they say", async () => {
    await docker([
      "run",
      "-d",
      "--name",
      "thrice",
      "--restart",
      "on-failure:2",
      "busybox",
      "sh",
      "-c",
      "echo run; exit 3",
    ]);
    await eventually(async () => assert.equal(await inspect("thrice", ".State.Status"), "exited"));
    assert.equal((await docker("logs thrice")).stdout, "run\nrun\nrun\n");
    assert.equal(await inspect("thrice", ".RestartCount"), "2");
    assert.equal(await inspect("thrice", ".State.ExitCode"), "3");
  });
  it("leave alone what somebody stopped, and take up again what the node's end interrupted", async () => {
    await docker("run -d --name always --restart unless-stopped busybox sleep 600");
    const first = await inspect("always", ".State.Pid");
    process.kill(Number(first), "SIGKILL");
    await eventually(async () => {
      assert.equal(await inspect("always", ".State.Status"), "running");
      assert.notEqual(await inspect("always", ".State.Pid"), first);
    });
    await docker("stop -t 0 always");
    assert.equal(await inspect("always", ".State.Status"), "exited");
    await docker("start always");
    const { agent } = JSON.parse((await cluster.skiff("status --json")).stdout);
    const pid = Number(await inspect("always", ".State.Pid"));
    process.kill(agent.pid, "SIGKILL");
    process.kill(pid, "SIGKILL");
    await eventually(async () => {
      assert.equal(await inspect("always", ".State.Status"), "running");
      assert.notEqual(await inspect("always", ".State.Pid"), String(pid));
    });
  });
});

describe("health checks", () => {
  const health = async (): Promise<string> =>
    (await docker(["inspect", "-f", "{{.State.Health.Status}} {{.State.Health.FailingStreak}}", "sick"])).stdout.trim();
  after(() => docker("rm -f sick"));

  it("say how a container is, and change with it", async () => {
    await docker([
      "run",
      "-d",
      "--name",
      "sick",
      "--health-cmd",
      "test -e /well",
      ...words("--health-interval 100ms --health-retries 2"),
      "busybox",
      "sleep",
      "600",
    ]);
    assert.match(await health(), /^starting/);
    await eventually(async () => assert.match(await health(), /^unhealthy/));
    assert.match((await docker("ps")).stdout, /\(unhealthy\)/);
    await docker("exec sick touch /well");
    await eventually(async () => assert.equal(await health(), "healthy 0"));
    assert.match((await docker("ps --filter health=healthy")).stdout, /sick/);
  });
});
