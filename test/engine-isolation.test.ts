/** What a container may and may not do: seccomp profiles, security options, user namespaces, as the docker CLI asks for them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type EngineInstance, startEngine } from "./support/engine.ts";

let engine: EngineInstance;
let home: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-isolation-"));
  engine = await startEngine("t-isolation");
  await engine.ok("pull busybox");
});

after(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

describe("--userns-remap", () => {
  let remapped: EngineInstance;
  /** First id outside that stands for one inside. */
  let start: number;
  before(async () => {
    remapped = await startEngine("t-userns", { options: ["--userns-remap", "default"] });
    await remapped.ok("pull busybox");
    await remapped.ok(["run", "-d", "--name", "own", "-p", "127.0.0.1::8080", "-v", "data:/data", "busybox", ...HTTPD]);
    await remapped.ok(["run", "-d", "--name", "host", "--userns", "host", "-v", "data:/data", "busybox", ...HTTPD]);
    start = Number((await remapped.ok("exec own cat /proc/self/uid_map")).trim().split(/\s+/)[1]);
  });
  after(() => remapped[Symbol.asyncDispose]());
  const HTTPD = ["httpd", "-f", "-p", "8080", "-h", "/etc"];
  const ownerOf = async (name: string): Promise<number> =>
    statSync(`/proc/${await remapped.ok(["inspect", "-f", "{{.State.Pid}}", name])}`).uid;

  it("makes root inside somebody without rights outside; --userns host does not", async () => {
    assert.ok(start >= 100_000);
    assert.equal(await remapped.ok("exec own id -u"), "0");
    assert.deepEqual([await ownerOf("own"), await ownerOf("host")], [start, 0]);
  });
  it("shows the image's files, and those the engine puts there, as owned by whom the image says", async () => {
    const owners = await remapped.ok(
      "exec own stat -c %u:%g /etc/passwd /bin/busybox /etc/hosts /etc/resolv.conf /tmp /data",
    );
    assert.deepEqual(new Set(owners.split("\n")), new Set(["0:0"]));
  });
  it("has root inside write everywhere, also as others", async () => {
    const script =
      "echo one > /root/file && chown 7:8 /root/file && stat -c %u:%g /root/file && rm /etc/passwd && echo x > /etc/passwd";
    assert.equal(await remapped.ok(["exec", "own", "sh", "-c", script]), "7:8");
  });
  it("has volumes belong to the same users in containers of both kinds", async () => {
    await remapped.ok(["exec", "own", "sh", "-c", "echo mine > /data/own && chown 5:6 /data/own"]);
    assert.equal(await remapped.ok("exec host stat -c %u:%g /data/own"), "5:6");
    await remapped.ok(["exec", "host", "sh", "-c", "echo other > /data/host"]);
    assert.equal(await remapped.ok("exec own stat -c %u:%g /data/host"), "0:0");
  });
  it("keeps networks and published ports", async () => {
    const port = await remapped.ok("port own 8080/tcp");
    assert.equal((await fetch(`http://${port}/hostname`)).status, 200);
    const address = await remapped.ok(["inspect", "-f", "{{.NetworkSettings.IPAddress}}", "host"]);
    assert.match(await remapped.ok(`exec own wget -qO- http://${address}:8080/hostname`), /^[0-9a-f]{12}$/);
    await remapped.ok("network create other");
    await remapped.ok("network connect other own");
    assert.match(await remapped.ok("exec own ip -o address"), /eth1/);
  });
  it("lets another container share its namespaces", async () => {
    const said = await remapped.ok(
      "run --rm --network container:own --pid container:own busybox sh -c " +
        '"wget -qO- http://127.0.0.1:8080/hostname; id -u; ps"',
    );
    assert.match(said, /^[0-9a-f]{12}\n0\n.*httpd/s);
  });
  it("copies files in and out with the owners they have inside, running or not", async () => {
    const file = join(home, "file");
    writeFileSync(file, "from outside\n");
    for (const name of ["own", "copied"]) {
      if (name === "copied") await remapped.ok("create --name copied busybox cat /root/in");
      await remapped.ok(["cp", file, `${name}:/root/in`]);
      await remapped.ok(["cp", `${name}:/root/in`, join(home, "out")]);
      assert.equal(readFileSync(join(home, "out"), "utf8"), "from outside\n");
    }
    assert.equal(await remapped.ok("exec own stat -c %u:%g /root/in"), "0:0");
    assert.equal(await remapped.ok("start -a copied"), "from outside");
  });
  it("commits and exports with the owners inside", async () => {
    await remapped.ok("commit own made:1");
    assert.equal(await remapped.ok("run --rm --userns host made:1 stat -c %u:%g /root/file /root/in"), "7:8\n0:0");
    const archive = join(home, "export.tar");
    await remapped.ok(["export", "-o", archive, "own"]);
    const listed = execFileSync("tar", ["--numeric-owner", "-tvf", archive, "root/file", "bin/busybox"], {
      encoding: "utf8",
    });
    assert.match(listed, /7\/8 .*root\/file/);
    assert.match(listed, /0\/0 .*bin\/busybox/);
  });
  it("outlives the engine, and a restart of the container", async () => {
    const pid = await remapped.ok(["inspect", "-f", "{{.State.Pid}}", "own"]);
    await remapped.kill();
    await remapped.start();
    assert.equal(await remapped.ok(["inspect", "-f", "{{.State.Pid}}", "own"]), pid);
    assert.equal(await remapped.ok("exec own id -u"), "0");
    await remapped.ok("restart -t 0 own");
    assert.equal(await remapped.ok("exec own stat -c %u:%g /root/file"), "7:8");
  });
  for (const { options, error } of [
    { options: "--privileged", error: /privileged mode is incompatible with user namespaces/ },
    { options: "--network host", error: /cannot share the host's network namespace when user namespaces are enabled/ },
    { options: "--pid host", error: /cannot share the host PID namespace when user namespaces are enabled/ },
    { options: "--userns other", error: /invalid USER mode|invalid --userns|userns: invalid USER mode/ },
  ])
    it(`refuses ${options}`, async () => {
      const { code, stderr } = await remapped.docker(`create ${options} busybox true`);
      assert.notEqual(code, 0);
      assert.match(stderr, error);
    });
  it("is among what docker info shows", async () => {
    assert.match(await remapped.ok("info"), /Security Options:[^:]*seccomp\s+Profile: default\s+userns/);
  });
  it("lets --privileged be with --userns host", async () => {
    assert.equal(await remapped.ok("run --rm --privileged --userns host busybox id -u"), "0");
  });
});

describe("--security-opt seccomp", () => {
  /** Path of a profile that allows everything but what these rules say. */
  const profile = (...syscalls: object[]): string => {
    const path = join(home, "profile.json");
    writeFileSync(path, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls }));
    return path;
  };
  const chmod = (path: string, ...options: string[]) =>
    engine.docker(["run", "--rm", ...options, "--security-opt", `seccomp=${path}`, "busybox", "chmod", "700", "/etc"]);
  const NO_CHMOD = { names: ["chmod", "fchmodat", "fchmodat2"], action: "SCMP_ACT_ERRNO" };

  it("=FILE forbids what the profile forbids", async () => {
    const { code, stderr } = await chmod(profile(NO_CHMOD));
    assert.deepEqual([code, stderr], [1, "chmod: /etc: Operation not permitted\n"]);
  });
  it("=FILE keeps the rules that are for the capabilities of the container", async () => {
    const path = profile({ ...NO_CHMOD, excludes: { caps: ["CAP_SYS_ADMIN"] } });
    assert.equal((await chmod(path)).code, 1);
    assert.equal((await chmod(path, "--cap-add", "SYS_ADMIN")).code, 0);
  });
  it("=unconfined allows what the default profile forbids", async () => {
    const unshare = (...options: string[]) =>
      engine.docker(["run", "--rm", ...options, "busybox", "unshare", "-U", "true"]);
    assert.equal((await unshare()).code, 1);
    assert.equal((await unshare("--security-opt", "seccomp=unconfined")).code, 0);
  });
  it("=FILE is refused when the file holds no profile", async () => {
    writeFileSync(join(home, "bad.json"), '{"defaultAction": "ALLOW"}');
    const { code, stderr } = await chmod(join(home, "bad.json"));
    assert.equal(code, 125);
    assert.match(stderr, /Decoding seccomp profile failed: invalid action: "ALLOW"/);
  });
});

describe("--security-opt", () => {
  it("is shown by inspect as it was asked for", async () => {
    const id = await engine.ok("create --security-opt no-new-privileges --security-opt label=disable busybox true");
    const shown = await engine.ok(["inspect", "-f", "{{json .HostConfig.SecurityOpt}}", id]);
    assert.deepEqual(JSON.parse(shown), ["no-new-privileges", "label=disable"]);
    await engine.ok(`rm ${id}`);
  });
  it("unknown is refused in dockerd's words", async () => {
    const { code, stderr } = await engine.docker("create --security-opt unknown=1 busybox true");
    assert.equal(code, 1);
    assert.match(stderr, /invalid --security-opt 2: "unknown=1"/);
  });
});
