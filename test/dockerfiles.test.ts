/**
 * Dockerfiles of the kinds people write, each in a folder of its own beside what its image must be: files with modes, owners and
 * contents, and the configuration. Those with a `# syntax` line are built by `skiff build`, the others by the docker CLI. dockerd builds
 * them, too, from the same context and base image, and the images are compared file by file.
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
import type { DockerPeer } from "../bench/docker-peer.ts";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { startDocker13 } from "./support/docker-13.ts";
import { type ImageContents, type ImageFile, readImageArchive } from "./support/image-archive.ts";
import { cachedImages, DEBIAN_BASE } from "./support/image-cache.ts";
import { ASPECTS, type ImageDifference, imageDifferences } from "./support/image-differences.ts";
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
  /** As `fileText` gives them; without content any will do, null says that it must not be there. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** Debian 13's dockerd 26.1 has two. */
type Builder = "BuildKit" | "the classic builder";

/** What BuildKit of dockerd 26.1 does not know, as it says, and who builds it. */
const BEYOND_BUILDKIT: Readonly<Record<string, { readonly says: RegExp; readonly by: Builder | undefined }>> = {
  "case-and-continuations": { says: /stage name "BUILD": .* must be lowercase/, by: "the classic builder" },
  // --parents and --exclude of COPY and secrets as variables are newer. So is nothing of Debian: buildah 1.39 refuses the first and
  // the last, and takes patterns to begin at the context.
  "newest-flags": { says: /unknown flag: parents/, by: undefined },
};

/** Files that are the same in all but one aspect, and why. */
const DIFFERENCES: readonly {
  readonly in: readonly string[];
  readonly what: RegExp;
  readonly aspect: keyof typeof ASPECTS;
  readonly why: string;
}[] = [
  {
    in: ["archives"],
    what: /^file owned\/in\//,
    aspect: "owner",
    why: "what ADD unpacks has the owner that --chown names since BuildKit 0.23; before, only the directory had",
  },
  {
    in: ["database", "python-app"],
    what: /^file var\/(?:cache\/ldconfig\/aux-cache|log\/.*)$/,
    aspect: "content",
    why: "packages were installed at another time: logs say when, and the linker's cache knows files by their inodes",
  },
  {
    in: ["networks"],
    what: /^file (?:host|own)$/,
    aspect: "content",
    why: "this dockerd has no bridge, so that RUN is in the machine's network; BuildKit's host is called buildkitsandbox",
  },
  {
    in: ["mounts"],
    what: /^file cache-mode$/,
    aspect: "content",
    why: "dockerd's umask takes the write bits out of a cache's mode=0777",
  },
];

const FIXTURES = join(import.meta.dirname, "dockerfiles");
const ARCH = { x64: "amd64", arm64: "arm64" }[process.arch as string] ?? process.arch;
/** Older than every build, so that an image tells whether it keeps the time. */
const CONTEXT_DATE = "2020-01-02 03:04:05";
const REMOTE_DATE = "Fri, 03 Jan 2020 04:05:06 GMT";
const started = Math.floor(Date.now() / 1000);

/** Rows that have explained something. */
const seen = new Set<(typeof DIFFERENCES)[number]>();

/** What is to be ended and removed. */
const made = new AsyncDisposableStack();
let cluster: Cluster;
let peer: DockerPeer;
let home: string;
let server: Server;
let url: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-dockerfiles-"));
  made.defer(() => rmSync(home, { recursive: true, force: true }));
  server = createServer((_, response) => response.setHeader("last-modified", REMOTE_DATE).end("a tool\n"));
  made.defer(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  peer = made.use(await startDocker13({ inHostNetwork: true }));
  cluster = made.use(await startCluster("t-dockerfiles"));
  ok(await cluster.skiff("pull busybox"));
  await cachedImages(cluster, DEBIAN_BASE);
  const bases = join(home, "bases.tar");
  ok(await docker(["save", "-o", bases, "busybox", ...DEBIAN_BASE.images]));
  ok(await dockerOfPeer(["load", "-i", bases]));
});

after(() => made.disposeAsync());

const docker = (args: readonly string[], cwd = home): Promise<Finished> =>
  run(dockerCli(), args, { env: { ...cluster.env, DOCKER_BUILDKIT: "0" }, cwd, timeout: 120_000 });

/** Docker by others, without BuildKit where told so. */
const dockerOfPeer = (args: readonly string[], cwd = home, buildKit = true): Promise<Finished> => {
  const env = { DOCKER_HOST: peer.host, DOCKER_BUILDKIT: buildKit ? "1" : "0", HOME: home };
  return run(peer.cli, args, { cwd, env, timeout: 120_000 });
};

function ok({ code, stdout, stderr }: Finished): void {
  assert.equal(code, 0, stdout + stderr);
}

function contextOf(name: string): string {
  const context = join(home, name);
  cpSync(join(FIXTURES, name), context, { recursive: true });
  rmSync(join(context, "expected.json"));
  return context;
}

/** A folder, copied and prepared, and what is built of it. */
interface Folder {
  readonly name: string;
  readonly context: string;
  readonly expected: Expected;
  readonly dockerfile: string;
  /** Arguments of the build. */
  readonly args: readonly string[];
}

function folder(name: string): Folder {
  const expected: Expected = JSON.parse(readFileSync(join(FIXTURES, name, "expected.json"), "utf8"));
  const context = contextOf(name);
  if (expected.prepare) execFileSync("sh", ["-ec", expected.prepare], { cwd: context });
  execFileSync("find", [context, "-exec", "touch", "-h", "-d", `${CONTEXT_DATE} UTC`, "{}", "+"]);
  const dockerfile = readFileSync(join(context, "Dockerfile"), "utf8");
  const needsUrl = dockerfile.includes("$URL") || dockerfile.includes("{URL}");
  const args = [...(expected.build ?? []), ...(needsUrl ? ["--build-arg", `URL=${url}`] : []), "."];
  return { name, context, expected, dockerfile, args };
}

async function ourImage({ name, context, dockerfile, args }: Folder): Promise<ImageContents> {
  const words = ["build", "-t", name, ...args];
  ok(dockerfile.startsWith("# syntax") ? await cluster.skiff(words, { cwd: context }) : await docker(words, context));
  const archive = join(home, `${name}.ours.tar`);
  ok(await docker(["save", "-o", archive, name]));
  return readAndRemove(archive);
}

async function theirImage(by: Builder, given: Folder): Promise<ImageContents> {
  ok(await theirBuild(by, given));
  const archive = join(home, `${given.name}.theirs.tar`);
  ok(await dockerOfPeer(["save", "-o", archive, given.name]));
  return readAndRemove(archive);
}

function theirBuild(by: Builder, { name, context, dockerfile, args }: Folder): Promise<Finished> {
  // A `# syntax` line would have BuildKit fetch a front end from Docker Hub in place of its own.
  const file = join(home, `${name}.Dockerfile`);
  writeFileSync(file, dockerfile.replace(/^# syntax.*\n/, ""));
  return dockerOfPeer(["build", "--network=host", "-t", name, "-f", file, ...args], context, by === "BuildKit");
}

async function readAndRemove(archive: string): Promise<ImageContents> {
  try {
    return await readImageArchive(archive);
  } finally {
    rmSync(archive);
  }
}

describe("a Dockerfile", () => {
  for (const name of readdirSync(FIXTURES).sort()) {
    const by = Object.hasOwn(BEYOND_BUILDKIT, name) ? BEYOND_BUILDKIT[name]?.by : "BuildKit";
    it(`gives the image it describes${by ? `, the same as ${by}'s` : ""}: ${name}`, async () => {
      const given = folder(name);
      const [ours, theirs] = await Promise.all([ourImage(given), by && theirImage(by, given)]);
      expectDescribed(ours, given.expected);
      if (theirs) expectSame(name, imageDifferences(ours, theirs, started));
    });
  }

  it("is compared with BuildKit's image wherever BuildKit knows what it says", async () => {
    for (const [name, { says }] of Object.entries(BEYOND_BUILDKIT)) {
      const refused = await theirBuild("BuildKit", folder(name));
      assert.notEqual(refused.code, 0, name);
      assert.match(refused.stderr, says, name);
    }
  });

  it("has no difference explained that is not there", () => {
    assert.deepEqual(
      DIFFERENCES.filter((row) => !seen.has(row)),
      [],
    );
  });
});

function expectSame(name: string, differences: readonly ImageDifference[]): void {
  const unexplained = differences.filter(({ what, ours, theirs }) => {
    const row = DIFFERENCES.find((each) => each.in.includes(name) && each.what.test(what));
    if (row === undefined) return true;
    seen.add(row);
    const without = (text = "") => text.replace(ASPECTS[row.aspect], "");
    return without(ours) !== without(theirs);
  });
  assert.deepEqual(unexplained, []);
}

function expectDescribed({ files, config, author }: ImageContents, expected: Expected): void {
  for (const [field, value] of Object.entries(expected.config ?? {}))
    assert.deepEqual(config[field] ?? null, value, field);
  const { Env, Labels } = config as { Env?: string[]; Labels?: Record<string, string> };
  for (const variable of expected.env ?? []) assert.ok(Env?.includes(variable), `${variable} in ${Env}`);
  for (const [label, value] of Object.entries(expected.labels ?? {})) assert.equal(Labels?.[label], value);
  if (expected.author) assert.equal(author, expected.author);
  for (const [path, want] of Object.entries(expected.files)) {
    const file = files.get(path);
    const found = file === undefined ? null : fileText(file);
    if (want === null || want.startsWith("-> ")) assert.equal(found, want, path);
    else if (/^\S+ \S+$/.test(want)) assert.equal(found?.slice(0, want.length), want, path);
    else assert.equal(found, want.replace("$ARCH", ARCH), path);
  }
  // What a runtime mounts leaves no trace but empty directories that the base has anyway.
  const mounted = [...files.keys()].filter((path) => /^(?:proc|sys)\/./.test(path));
  assert.deepEqual(mounted, []);
}

/** "0644 0:0 content", "0755 0:0" for a directory, "-> target" for a link, "fifo 0644 0:0" for a pipe. */
function fileText({ kind, mode, uid, gid, target, text = "" }: ImageFile): string {
  const permissions = `${mode.toString(8).padStart(4, "0")} ${uid}:${gid}`;
  if (kind === "symlink") return `-> ${target}`;
  return kind === "file" ? `${permissions} ${text}` : kind === "directory" ? permissions : `${kind} ${permissions}`;
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
