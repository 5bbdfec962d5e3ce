/** `skiff registry` with the clients people have, and our own client with Debian's registry. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, SKIFF, startCluster, words } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { type Finished, type Running, run, start } from "./support/run.ts";
import { debianTool, dockerCli } from "./support/tools.ts";

const USER = "crew";
const PASSWORD = "U*U";
/** `htpasswd -nbB` of the two. */
const HTPASSWD = "crew:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";

let cluster: Cluster;
let home: string;
const running: Running[] = [];
/** `host:port` of a registry with logins by token, of one that is a cache of it, and of Debian's. */
let guarded: string;
let cache: string;
let debian: string;

const docker = (line: string | readonly string[], input = ""): Promise<Finished> =>
  run(dockerCli(), words(line), { env: { ...cluster.env, DOCKER_CONFIG: join(home, "docker") }, input });

async function dockerOk(line: string | readonly string[], input = ""): Promise<string> {
  const done = await docker(line, input);
  assert.equal(done.code, 0, `docker ${words(line).join(" ")}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

async function skopeo(line: string): Promise<string> {
  const { path, env } = debianTool("skopeo", ["skopeo", "libgpgme11", "libassuan0", "libgpg-error0"]);
  const done = await run(path, ["--insecure-policy", ...words(line)], { env: { ...env, HOME: home } });
  assert.equal(done.code, 0, `skopeo ${line}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function serve(command: string, args: (address: string) => readonly string[], env = {}): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const program = start(command, args(address), { env });
  running.push(program);
  await eventually(async () => {
    assert.equal(program.child.exitCode, null, program.stderr());
    await fetch(`http://${address}/v2/`);
  });
  return address;
}

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-registry-server-"));
  mkdirSync(join(home, "docker"));
  writeFileSync(join(home, "users"), HTPASSWD);
  cluster = await startCluster("t-registry-server");
  const pull = await cluster.skiff("pull busybox");
  assert.equal(pull.code, 0, pull.stderr);
  guarded = await serve(SKIFF, (addr) =>
    words(`registry --addr ${addr} --data ${home}/guarded --htpasswd ${home}/users --auth bearer`),
  );
  const config = join(home, "debian.yml");
  debian = await serve(debianTool("docker-registry", ["docker-registry"]).path, (addr) => {
    const storage = `{filesystem: {rootdirectory: ${home}/debian}, delete: {enabled: true}}`;
    writeFileSync(config, `version: 0.1\nlog: {level: error}\nstorage: ${storage}\nhttp: {addr: "${addr}"}\n`);
    return ["serve", config];
  });
});

after(async () => {
  for (const program of running) await program.stop();
  await cluster?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

describe("skiff registry", () => {
  it("is logged in to, pushed to and pulled from by the docker CLI", async () => {
    const name = `${guarded}/team/box:1`;
    await dockerOk(`tag busybox ${name}`);
    const refused = await docker(`push ${name}`);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /login|unauthorized|denied/);
    await dockerOk(`login -u ${USER} --password-stdin ${guarded}`, PASSWORD);
    const pushed = await dockerOk(`push ${name}`);
    assert.match(pushed, /Pushed/);
    const digest = /1: digest: (sha256:[0-9a-f]{64}) size: \d+/.exec(pushed)?.[1];
    assert.ok(digest, pushed);
    assert.match(await dockerOk(`push ${name}`), /Layer already exists/);
    await dockerOk(`tag busybox ${guarded}/other/box:1`);
    assert.match(await dockerOk(`push ${guarded}/other/box:1`), /Pushed|Layer already exists|Mounted from/);
    await dockerOk(`rmi ${name}`);
    assert.match(await dockerOk(`pull ${name}`), new RegExp(`Digest: ${digest}`));
    await dockerOk(`pull ${guarded}/team/box@${digest}`);
    assert.equal(await dockerOk(`run --rm ${name} echo from afar`), "from afar\n");
  });

  it("gives the login of docker login to skiff pull", async () => {
    const env = { DOCKER_CONFIG: join(home, "docker") };
    const done = await cluster.skiff(`pull ${guarded}/team/box:1`, { env });
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await cluster.skiff(`pull ${guarded}/team/box:1`)).code, 1);
  });

  it("is copied from and to, listed and deleted from by skopeo", async () => {
    const login = `--src-creds ${USER}:${PASSWORD} --src-tls-verify=false`;
    const target = `--dest-creds ${USER}:${PASSWORD} --dest-tls-verify=false`;
    await skopeo(`copy ${login} docker://${guarded}/team/box:1 oci:${home}/layout:box`);
    await skopeo(`copy ${target} oci:${home}/layout:box docker://${guarded}/copied/box:2`);
    await skopeo(`copy ${login} ${target} docker://${guarded}/team/box:1 docker://${guarded}/copied/box:3`);
    const access = `--creds ${USER}:${PASSWORD} --tls-verify=false`;
    const listed = JSON.parse(await skopeo(`list-tags ${access} docker://${guarded}/copied/box`)) as { Tags: string[] };
    assert.deepEqual(listed.Tags, ["2", "3"]);
    await skopeo(`delete ${access} docker://${guarded}/copied/box:2`);
    assert.equal(await dockerOk(`run --rm ${guarded}/team/box:1 echo still`), "still\n");
  });

  it("is a cache of another registry, and serves what it has when that is gone", async () => {
    await dockerOk(`tag busybox ${debian}/lib/box:1`);
    await dockerOk(`push ${debian}/lib/box:1`);
    cache = await serve(SKIFF, (addr) =>
      words(`registry --addr ${addr} --data ${home}/cache --proxy http://${debian}`),
    );
    await skopeo(`copy --src-tls-verify=false docker://${cache}/lib/box:1 dir:${home}/from-cache`);
    assert.match(await dockerOk(`pull ${cache}/lib/box:1`), /Downloaded newer image/);
  });

  it("killed and started again has all that was pushed", async () => {
    const data = join(home, "killed");
    const args = (addr: string) => words(`registry --addr ${addr} --data ${data}`);
    const first = await serve(SKIFF, args);
    await dockerOk(`tag busybox ${first}/box:1`);
    await dockerOk(`push ${first}/box:1`);
    await running.at(-1)?.stop("SIGKILL");
    const second = await serve(SKIFF, args);
    await skopeo(`copy --src-tls-verify=false docker://${second}/box:1 dir:${home}/after-kill`);
  });
});

describe("skiff registry with a certificate", () => {
  it("is pushed to, pulled from and copied from by those who know its authority, and by nobody else", async () => {
    // Loopback is trusted without a certificate, as dockerd trusts it; the machine has at least the address of its own bridge besides.
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const host = all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "";
    const directory = join(home, "certs");
    mkdirSync(directory);
    const [cert, key] = [join(directory, "ca.crt"), join(home, "server.key")];
    const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=registry";
    const names = ["-addext", `subjectAltName=IP:${host}`, "-keyout", key, "-out", cert];
    const made = await run("openssl", [...words(request), ...names], {});
    assert.equal(made.code, 0, made.stderr);
    const port = await freePort();
    const address = `${host}:${port}`;
    const files = ["--tls-cert", cert, "--tls-key", key];
    const program = start(SKIFF, words(`registry --addr ${address} --data ${home}/tls`).concat(files), {});
    running.push(program);
    await eventually(async () => {
      assert.equal(program.child.exitCode, null, program.stderr());
      await once(connect(port, host), "connect");
    });
    const name = `${address}/box:1`;
    await dockerOk(`tag busybox ${name}`);
    assert.match((await docker(`push ${name}`)).stderr, /certificate/);
    const authorities = JSON.stringify({ ca: { [address]: cert } });
    writeFileSync(join(cluster.data, "registries.json"), authorities);
    await dockerOk(`push ${name}`);
    await dockerOk(`rmi ${name}`);
    assert.match(await dockerOk(`pull ${name}`), /Downloaded newer image/);
    await skopeo(`copy --src-cert-dir ${directory} docker://${name} dir:${home}/from-tls`);
  });
});

describe("Debian's docker-registry", () => {
  it("is pushed to and pulled from, with layers mounted from another repository", async () => {
    await dockerOk(`tag busybox ${debian}/one/box:1`);
    await dockerOk(`push ${debian}/one/box:1`);
    await dockerOk(`rmi ${debian}/one/box:1`);
    await dockerOk(`pull ${debian}/one/box:1`);
    assert.equal(await dockerOk(`run --rm ${debian}/one/box:1 echo pulled`), "pulled\n");
  });
});
