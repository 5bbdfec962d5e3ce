/**
 * BuildKit's own clients: docker-buildx and docker-compose of Debian 13 as plugins of the docker CLI, which then builds by them, as it does
 * where Docker is installed with its usual packages.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { eventually } from "./support/eventually.ts";
import type { Finished } from "./support/run.ts";
import { dockerCli } from "./support/tools.ts";
import { trixiePackage } from "./support/trixie.ts";

let engine: EngineInstance;
let home: string;
let plugins: Readonly<Record<string, string>>;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-buildkit-"));
  plugins = { DOCKER_BUILDKIT: "1", DOCKER_CONFIG: join(home, "config"), BUILDKIT_PROGRESS: "plain" };
  mkdirSync(join(home, "config/cli-plugins"), { recursive: true });
  for (const name of ["docker-buildx", "docker-compose"]) {
    const path = join(await trixiePackage(name), "usr/libexec/docker/cli-plugins", name);
    symlinkSync(path, join(home, "config/cli-plugins", name));
  }
  engine = await startEngine("t-buildkit");
  const pulled = await engine.skiff("pull busybox");
  assert.equal(pulled.code, 0, pulled.stderr);
});

after(async () => {
  await engine?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

/** Writes files into a directory of their own and gives its path. */
function context(name: string, files: Readonly<Record<string, string>>): string {
  const directory = join(home, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

async function docker(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return engine.docker(args, { env: { ...plugins, ...env } });
}

/** What a build that must succeed shows on its way. */
async function built(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  const done = await docker(["build", ...args], env);
  assert.equal(done.code, 0, `docker build ${args.join(" ")}\n${done.stderr}`);
  return done.stderr;
}

const STAGES = `FROM busybox AS made
ARG WHO=nobody
WORKDIR /made
COPY . .
RUN <<END
echo hello \${WHO} > greeting
ls > files
END

FROM scratch
COPY --from=made /made/greeting /made/files /
COPY --from=more /extra /extra
LABEL a=b
`;

describe("docker build with buildx", () => {
  it("builds stages of a context less what .dockerignore names, shows them, and finds them again", async () => {
    const directory = context("stages", {
      Dockerfile: STAGES,
      "sub/kept": "kept",
      "left.log": "left out",
      ".dockerignore": "*.log\nDockerfile\n",
    });
    const more = context("more", { extra: "extra" });
    const args = ["-t", "stages", "--build-arg", "WHO=you", "--build-context", `more=${more}`, "--label", "c=d"];
    const output = join(home, "stages-out");
    const first = await built([...args, directory]);
    assert.match(first, /\[made 2\/4\] WORKDIR \/made\n/);
    assert.match(first, /\[made 4\/4\] RUN <<END\n/);
    assert.match(first, /naming to docker\.io\/library\/stages:latest done/);
    const again = await built([...args, directory]);
    assert.equal(again.match(/ CACHED$/gm)?.length, 5, again);
    await built(["--build-arg", "WHO=you", "--build-context", `more=${more}`, "-o", output, directory]);
    assert.equal(readFileSync(join(output, "greeting"), "utf8"), "hello you\n");
    assert.equal(readFileSync(join(output, "files"), "utf8"), "files\ngreeting\nsub\n");
    assert.equal(readFileSync(join(output, "extra"), "utf8"), "extra");
    assert.equal(
      await engine.ok(["image", "inspect", "stages", "--format", "{{json .Config.Labels}}"]),
      '{"a":"b","c":"d"}',
    );
  });

  it("takes the Dockerfile from elsewhere, and the context from its input", async () => {
    const elsewhere = context("elsewhere", { "Some.Dockerfile": "FROM scratch\nCOPY sub/kept /\n" });
    const id = join(home, "id");
    await built(["--iidfile", id, "-f", join(elsewhere, "Some.Dockerfile"), join(home, "stages")]);
    assert.match(readFileSync(id, "utf8"), /^sha256:[0-9a-f]{64}$/);
    const archive = join(home, "context.tar");
    await built(["-o", `type=tar,dest=${archive}`, "-f", join(elsewhere, "Some.Dockerfile"), join(home, "stages")]);
    const input = readFileSync(archive, "utf8");
    const done = await engine.docker(["build", "-q", "-f", "kept", "-"], { env: plugins, input });
    assert.match(done.stderr, /^ {3}1 \| >>> kept$/m);
  });

  it("hands secrets and the SSH agent to the steps that ask for them, and keeps neither", async () => {
    const file =
      "FROM busybox\nRUN --mount=type=secret,id=token --mount=type=ssh cat /run/secrets/token && test -S $SSH_AUTH_SOCK\n";
    const directory = context("secrets", { Dockerfile: file });
    const socket = join(home, "agent.sock");
    const agent = createServer((connection) => connection.end()).listen(socket);
    try {
      const shown = await built(
        ["--secret", "id=token,env=TOKEN", "--ssh", `default=${socket}`, "-t", "secrets", directory],
        {
          TOKEN: "from-the-client",
        },
      );
      assert.match(shown, /^#\d+ [\d.]+ from-the-client$/m);
    } finally {
      agent.close();
    }
    assert.equal((await engine.docker("run --rm secrets ls /run/secrets")).code, 1);
  });

  it("shows the lines that a failure comes from", async () => {
    const directory = context("failing", { Dockerfile: "FROM busybox\nRUN echo before && \\\n    exit 3\n" });
    const { code, stderr } = await docker(["build", directory]);
    assert.equal(code, 1);
    assert.match(stderr, /^ > \[2\/2\] RUN echo before &&/m);
    assert.match(stderr, /^ {3}3 \| >>> {5}exit 3$/m);
    assert.match(stderr, /failed to solve: process "\/bin\/sh -c .*" did not complete successfully: exit code: 3$/m);
  });

  it("ends what runs when the client goes away", async () => {
    const directory = context("endless", { Dockerfile: "FROM busybox\nRUN echo begun && sleep 600\n" });
    const env = { ...process.env, ...engine.env, ...plugins };
    const client = spawn(dockerCli(), ["build", directory], { env, stdio: ["ignore", "ignore", "pipe"] });
    const running = Promise.withResolvers<void>();
    let shown = "";
    client.stderr.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      if (/[\d.]+ begun/.test(shown)) running.resolve();
    });
    await running.promise;
    client.kill("SIGINT");
    await eventually(async () => assert.equal(await engine.ok("ps -q"), ""));
  });

  it("tells what it keeps, and throws it away", async () => {
    const total = async () => /^Total:\s+(\S+)$/m.exec((await docker(["buildx", "du"])).stdout)?.[1];
    assert.notEqual(await total(), "0B");
    assert.equal((await docker(["builder", "prune", "-f"])).code, 0);
    assert.equal(await total(), "0B");
    assert.match((await docker(["buildx", "inspect"])).stdout, /^Status:\s+running$/m);
  });

  it("leaves no image behind that was only exported", async () => {
    const archive = join(home, "archive.tar");
    const directory = context("only", { Dockerfile: "FROM busybox\nENV A=b\n" });
    await built(["-o", `type=oci,dest=${archive}`, "-t", "elsewhere", "--label", "only=there", directory]);
    assert.ok(existsSync(archive));
    await eventually(async () => assert.equal(await engine.ok("images -aq --filter label=only=there"), ""));
  });
});

describe("docker buildx bake", () => {
  it("builds a target from what another one came to", async () => {
    const directory = context("bake", {
      "docker-bake.hcl": `target "library" {
  dockerfile-inline = "FROM busybox\\nRUN echo library > /made"
}
target "application" {
  dockerfile-inline = "FROM busybox\\nCOPY --from=library /made /"
  contexts = { library = "target:library" }
  tags = ["baked"]
}
`,
    });
    const file = join(directory, "docker-bake.hcl");
    const done = await docker(["buildx", "bake", "-f", file, "application"]);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(await engine.ok("run --rm baked cat /made"), "library");
  });
});

describe("docker compose build", () => {
  it("builds the images of a project, with its secrets and contexts", async () => {
    const directory = context("project", {
      "compose.yaml": `services:
  web:
    image: project-web
    build:
      context: web
      args: { WHO: compose }
      additional_contexts: { more: ../more }
      secrets: [token]
  worker:
    build: { context: web, dockerfile_inline: "FROM busybox\\nRUN echo inline > /inline" }
secrets:
  token: { environment: TOKEN }
`,
      "web/Dockerfile": `FROM busybox
ARG WHO
COPY --from=more extra /
RUN --mount=type=secret,id=token cp /run/secrets/token /token && echo $WHO > /who
`,
    });
    const file = join(directory, "compose.yaml");
    const done = await docker(["compose", "--progress", "plain", "-f", file, "build"], { TOKEN: "t" });
    assert.equal(done.code, 0, done.stderr);
    assert.equal(await engine.ok("run --rm project-web cat /who /token /extra"), "compose\ntextra");
    assert.equal(await engine.ok("run --rm project-worker cat /inline"), "inline");
  });
});
