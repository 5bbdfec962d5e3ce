/**
 * Dockerfiles of the kinds people write, each in a folder of its own beside what its image must be: files with modes, owners and
 * contents, and the configuration. Those with a `# syntax` line are built by `skiff build`, the others by the docker CLI.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createAgent } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startRegistryServer } from "@skiff/registry";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { imageFiles } from "./support/image-files.ts";
import { type Finished, run } from "./support/run.ts";
import { dockerCli } from "./support/tools.ts";

interface Expected {
  /** Shell commands that make what a repository does not keep. */
  readonly prepare?: string;
  /** Further arguments of the build. */
  readonly build?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Variables that must be set, among others. */
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly author?: string;
  /** As `imageFiles` gives them; without content any will do, null says that it must not be there. */
  readonly files: Readonly<Record<string, string | null>>;
}

const FIXTURES = join(import.meta.dirname, "dockerfiles");
const ARCH = { x64: "amd64", arm64: "arm64" }[process.arch as string] ?? process.arch;

let cluster: Cluster;
let home: string;
let server: Server;
let url: string;

before(async () => {
  cluster = await startCluster("t-dockerfiles");
  home = mkdtempSync(join(tmpdir(), "skiff-dockerfiles-"));
  server = createServer((_, response) => response.end("a tool\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.close();
  rmSync(home, { recursive: true, force: true });
  await cluster[Symbol.asyncDispose]();
});

const docker = (args: readonly string[], cwd = home): Promise<Finished> =>
  run(dockerCli(), args, { env: { ...cluster.env, DOCKER_BUILDKIT: "0" }, cwd, timeout: 120_000 });

function contextOf(name: string): string {
  const context = join(home, name);
  cpSync(join(FIXTURES, name), context, { recursive: true });
  rmSync(join(context, "expected.json"));
  return context;
}

describe("a Dockerfile", () => {
  for (const name of readdirSync(FIXTURES).sort()) {
    it(`gives the image it describes: ${name}`, async () => {
      const expected: Expected = JSON.parse(readFileSync(join(FIXTURES, name, "expected.json"), "utf8"));
      const context = contextOf(name);
      if (expected.prepare) execFileSync("sh", ["-ec", expected.prepare], { cwd: context });
      const dockerfile = readFileSync(join(context, "Dockerfile"), "utf8");
      const args = [
        "build",
        "-t",
        name,
        ...(expected.build ?? []),
        ...(dockerfile.includes("$URL") || dockerfile.includes("{URL}") ? ["--build-arg", `URL=${url}`] : []),
        ".",
      ];
      const built = dockerfile.startsWith("# syntax")
        ? await cluster.skiff(args, { cwd: context })
        : await docker(args, context);
      assert.equal(built.code, 0, built.stdout + built.stderr);

      const [image] = JSON.parse((await docker(["image", "inspect", name])).stdout);
      for (const [field, value] of Object.entries(expected.config ?? {}))
        assert.deepEqual(image.Config[field] ?? null, value, field);
      for (const variable of expected.env ?? [])
        assert.ok(image.Config.Env.includes(variable), `${variable} in ${image.Config.Env}`);
      for (const [label, value] of Object.entries(expected.labels ?? {}))
        assert.equal(image.Config.Labels[label], value);
      if (expected.author) assert.equal(image.Author, expected.author);

      const files = await imageFiles(dockerCli(), name, cluster.env);
      for (const [path, want] of Object.entries(expected.files)) {
        const found = files.get(path) ?? null;
        if (want === null || want.startsWith("-> ")) assert.equal(found, want, path);
        else if (/^\S+ \S+$/.test(want)) assert.equal(found?.slice(0, want.length), want, path);
        else assert.equal(found, want.replace("$ARCH", ARCH), path);
      }
      for (const path of ["proc", "sys"]) assert.equal(contentsOf(files, path), "", path);
    });
  }
});

// What a runtime mounts leaves no trace but empty directories that the base has anyway.
function contentsOf(files: ReadonlyMap<string, string>, directory: string): string {
  return [...files.keys()].filter((path) => path.startsWith(`${directory}/`) && path !== `${directory}/`).join();
}

describe("the cache of steps", () => {
  it("runs anew what a changed file reaches, whatever the times say", async () => {
    const context = contextOf("static-site");
    const build = async () => (await cluster.skiff(["build", context])).stderr;
    await build();
    utimesSync(join(context, "site/index.html"), 1, 1);
    assert.match(await build(), /COPY site\/ [\s\S]*CACHED/);
    writeFileSync(join(context, "site/index.html"), "changed\n");
    assert.doesNotMatch(await build(), /CACHED/);
  });

  it("goes to a directory and comes back to another builder's", async () => {
    const context = contextOf("inheritance");
    writeFileSync(join(context, "Dockerfile"), "FROM busybox\nRUN cat /proc/sys/kernel/random/uuid > /once\n");
    const cache = join(home, "cache");
    const first = await cluster.skiff(["build", "-q", "-t", "once", "--cache-to", `type=local,dest=${cache}`, context]);
    assert.equal(first.code, 0, first.stderr);
    await docker(["rmi", "once"]);
    const again = await cluster.skiff(["build", "-t", "once", "--cache-from", `type=local,src=${cache}`, context]);
    assert.match(again.stderr, /CACHED/);
    assert.match(again.stderr, new RegExp(first.stdout.trim()));
    assert.doesNotMatch((await docker(["images"])).stdout, /build-cache/);
  });

  it("is left aside by --no-cache, which with SOURCE_DATE_EPOCH still gives the same image", async () => {
    const context = contextOf("target-and-unused");
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY a /a/b/\nCOPY a /c\n");
    const build = async () => {
      writeFileSync(join(context, "a"), "a");
      const args = ["build", "-q", "--no-cache", "--build-arg", "SOURCE_DATE_EPOCH=1700000000", context];
      return (await cluster.skiff(args)).stdout;
    };
    const first = await build();
    assert.match(first, /^sha256:/);
    assert.equal(await build(), first);
    const [{ Created }] = JSON.parse((await docker(["image", "inspect", first.trim()])).stdout);
    assert.match(Created, /^2023-11-14T22:13:20/);
  });
});

describe("skiff build --output", () => {
  it("gives files to a directory and to a tar, and leaves no image", async () => {
    const context = contextOf("heredocs");
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY --chmod=600 <<EOF /made\nmade\nEOF\n");
    const out = join(home, "out");
    const before = (await docker(["images", "-aq"])).stdout;
    const local = await cluster.skiff(["build", "-o", out, context]);
    assert.equal(local.code, 0, local.stderr);
    assert.equal(readFileSync(join(out, "made"), "utf8"), "made\n");
    const tar = await cluster.skiff(["build", "-o", `type=tar,dest=${out}.tar`, context]);
    assert.equal(tar.code, 0, tar.stderr);
    assert.match(execFileSync("tar", ["-tvf", `${out}.tar`], { encoding: "utf8" }), /-rw------- .* made/);
    const archive = await cluster.skiff(["build", "-o", `type=oci,dest=${out}.oci`, context]);
    assert.equal(archive.code, 0, archive.stderr);
    assert.match(execFileSync("tar", ["-tf", `${out}.oci`], { encoding: "utf8" }), /^oci-layout$/m);
    assert.equal((await docker(["images", "-aq"])).stdout, before);
  });
});

describe("a build and a registry", () => {
  it("have pushes, and step caches that others take from there", async (t) => {
    const registry = await startRegistryServer({ root: join(home, "registry") });
    t.after(() => registry[Symbol.asyncDispose]());
    const address = `127.0.0.1:${registry.port}`;
    const context = contextOf("inheritance");
    writeFileSync(join(context, "Dockerfile"), "FROM busybox\nRUN cat /proc/sys/kernel/random/uuid > /pushed\n");
    const cache = `type=registry,ref=${address}/cache:1`;
    const args = ["build", "-q", "-t", `${address}/app:1`, "--push", "--cache-to", cache, context];
    const first = await cluster.skiff(args);
    assert.equal(first.code, 0, first.stderr);
    const tags = await (await fetch(`http://${address}/v2/app/tags/list`)).json();
    assert.deepEqual(tags, { name: "app", tags: ["1"] });
    await docker(["rmi", `${address}/app:1`]);
    const again = await cluster.skiff(["build", "--cache-from", cache, context]);
    assert.match(again.stderr, /CACHED/);
    assert.match(again.stderr, new RegExp(first.stdout.trim()));
  });
});

describe("RUN --mount=type=ssh", () => {
  it("has the agent that --ssh names, and keeps nothing of it", async (t) => {
    const path = join(home, "agent.sock");
    const agent = createAgent((socket) => socket.end()).listen(path);
    t.after(() => agent.close());
    const context = contextOf("inheritance");
    const lines = ["FROM busybox", 'RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK"', 'RUN test -z "$SSH_AUTH_SOCK"'];
    writeFileSync(join(context, "Dockerfile"), lines.join("\n"));
    const done = await cluster.skiff(["build", "--no-cache", "--ssh", `default=${path}`, context]);
    assert.equal(done.code, 0, done.stderr);
  });
});

describe("a build that fails", () => {
  it("shows the file, the line and what the step said; the docker CLI ends with the step's code", async () => {
    const context = contextOf("networks");
    writeFileSync(join(context, "Bad"), "FROM busybox\n\nRUN echo about to fail; exit 42\n");
    const ours = await cluster.skiff(["build", "-f", join(context, "Bad"), context]);
    assert.equal(ours.code, 1);
    assert.match(ours.stderr, / > \[2\/2\] RUN echo about to fail; exit 42:\n\d+\.\d+ about to fail\n/);
    assert.match(ours.stderr, /Bad:3\n-+\n.*\n.*\n {3}3 \| >>> RUN echo/);
    const theirs = await docker(["build", "-f", "Bad", "."], context);
    assert.equal(theirs.code, 42);
    assert.match(theirs.stderr, /The command '\/bin\/sh -c echo about to fail; exit 42' returned a non-zero code: 42/);
  });

  const refused = [
    {
      when: "an instruction is unknown",
      text: "FROM busybox\nRUNN x",
      message: /dockerfile parse error line 2: unknown instruction: RUNN/,
    },
    {
      when: "privileges are asked for",
      text: "FROM busybox\nRUN --security=insecure true",
      message: /--security=insecure is not allowed/,
    },
    {
      when: "a file is not in the context",
      text: "FROM busybox\nCOPY nope /",
      message: /line 2: .*"nope" not found|line 2: .*nope.* not found/,
    },
    {
      when: "a secret is required",
      text: "FROM busybox\nRUN --mount=type=secret,id=x,required true",
      message: /secret x: not found/,
    },
    {
      when: "a checksum is wrong",
      text: `FROM busybox\nARG URL\nADD --checksum=sha256:${"0".repeat(64)} $URL/f /`,
      message: /digest mismatch/,
    },
    {
      when: "the target is unknown",
      text: "FROM busybox",
      args: ["--target", "x"],
      message: /target stage "x" could not be found/,
    },
  ];
  for (const { when, text, message, args = [] } of refused) {
    it(`says why when ${when}`, async () => {
      const context = mkdtempSync(join(home, "refused-"));
      writeFileSync(join(context, "Dockerfile"), text);
      const failed = await cluster.skiff(["build", "--build-arg", `URL=${url}`, ...args, context]);
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, message);
    });
  }
});
