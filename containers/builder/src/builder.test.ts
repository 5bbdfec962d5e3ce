import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Image } from "@skiff/engine";
import { busyboxImage, throwawayEngine } from "@skiff/engine/testing";
import { silentLogger } from "@skiff/linux";
import type { BuildEvent } from "./build-event.ts";
import { createBuilder } from "./builder.ts";

async function setUp(t: TestContext) {
  const { engine } = await throwawayEngine(t as Parameters<typeof throwawayEngine>[0]);
  await busyboxImage(engine);
  const root = await mkdtemp(join(tmpdir(), "skiff-builder-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const builder = await createBuilder({ engine, root: join(root, "state"), log: silentLogger });

  async function build(
    files: Readonly<Record<string, string>>,
    options: { target?: string; buildArgs?: Record<string, string> } = {},
  ) {
    const context = await mkdtemp(join(root, "context-"));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(context, name)), { recursive: true });
      if (text.startsWith("-> ")) await symlink(text.slice(3), join(context, name));
      else await writeFile(join(context, name), text);
    }
    const events: BuildEvent[] = [];
    const image = await builder.build({ context, ...options, report: (event) => events.push(event) });
    const count = (type: BuildEvent["type"]) => events.filter((event) => event.type === type).length;
    return { image, events, count };
  }

  async function fileIn(image: Image, path: string): Promise<string> {
    const key = "look";
    await engine.snapshots.prepare(key, await engine.snapshots.unpack(image));
    try {
      return await readFile(join(await engine.snapshots.mount(key), path), "utf8");
    } finally {
      await engine.snapshots.remove(key);
    }
  }

  return { engine, build, fileIn };
}

describe("Builder.build()", () => {
  it("runs commands, copies between stages and assembles the configuration", async (t) => {
    const { build, fileIn } = await setUp(t);
    const { image } = await build(
      {
        Dockerfile: [
          "FROM busybox AS made",
          "ARG WHO=nobody",
          "RUN echo hello $WHO > /greeting",
          "FROM busybox",
          "WORKDIR /srv",
          "COPY --from=made /greeting .",
          "COPY --chown=7:8 a* /files/",
          'ENV MODE=fast PATHS="$MODE:x"',
          'CMD ["cat", "greeting"]',
        ].join("\n"),
        "a.txt": "A",
        b: "B",
      },
      { buildArgs: { WHO: "world" } },
    );
    assert.equal(await fileIn(image, "srv/greeting"), "hello world\n");
    assert.equal(await fileIn(image, "files/a.txt"), "A");
    await assert.rejects(fileIn(image, "files/b"), /ENOENT/);
    const { config } = image.config;
    assert.deepEqual(config?.Cmd, ["cat", "greeting"]);
    assert.equal(config?.WorkingDir, "/srv");
    assert.deepEqual(config?.Env?.slice(-2), ["MODE=fast", "PATHS=:x"]);
  });

  it("takes a variable from the ENV or ARG that came last", async (t) => {
    const { build, fileIn } = await setUp(t);
    const lines = [
      "FROM busybox",
      "ARG A=arg",
      "ENV A=env B=env",
      "ARG B=arg C=given",
      "ENV C=env",
      'LABEL all="$A $B $C"',
    ];
    const { image } = await build({ Dockerfile: [...lines, 'RUN echo "$A $B $C" > /seen'].join("\n") });
    assert.equal(await fileIn(image, "seen"), "env arg env\n");
    assert.equal(image.config.config?.Labels?.all, "env arg env");
  });

  it("begins at the root of nothing", async (t) => {
    const { build } = await setUp(t);
    assert.equal((await build({ Dockerfile: "FROM scratch\nCOPY f /", f: "" })).image.config.config?.WorkingDir, "/");
  });

  it("keeps one cache for all mounts of an id that ask for the same owner and mode", async (t) => {
    const { build, fileIn } = await setUp(t);
    const mount = (options: string, command: string) => `RUN --mount=type=cache,target=/c,id=one${options} ${command}`;
    const { image } = await build({
      Dockerfile: [
        "FROM busybox",
        mount(",uid=7", "touch /c/kept"),
        mount(",uid=7", "ls /c > /same"),
        mount("", "ls /c > /other"),
      ].join("\n"),
    });
    assert.equal(await fileIn(image, "same"), "kept\n");
    assert.equal(await fileIn(image, "other"), "");
  });

  it("gives the same image from the cache, and runs anew what a changed file reaches", async (t) => {
    const { build } = await setUp(t);
    const Dockerfile = "FROM busybox\nRUN echo once > /a\nCOPY f /f\nRUN cat /f > /g";
    const first = await build({ Dockerfile, f: "1" });
    const second = await build({ Dockerfile, f: "1" });
    const third = await build({ Dockerfile, f: "2" });
    assert.deepEqual([first.count("cached"), second.count("cached"), third.count("cached")], [0, 3, 1]);
    assert.equal(second.image.id, first.image.id);
    assert.notEqual(third.image.id, first.image.id);
  });

  it("fails with the command and its exit code, and leaves no snapshot", async (t) => {
    const { build, engine } = await setUp(t);
    await assert.rejects(
      build({ Dockerfile: "FROM busybox\nRUN exit 3" }),
      /The command '\/bin\/sh -c exit 3' returned a non-zero code: 3/,
    );
    assert.deepEqual(
      (await engine.snapshots.list()).filter(({ key }) => key.startsWith("build-")),
      [],
    );
  });

  it("does not leave its context, whatever a link in it says", async (t) => {
    const { build } = await setUp(t);
    await assert.rejects(build({ Dockerfile: "FROM busybox\nCOPY out/passwd /stolen", out: "-> /etc" }), /not found/);
    await assert.rejects(build({ Dockerfile: "FROM busybox\nCOPY ../../../etc/passwd /stolen" }), /not found/);
  });

  it("leaves out what .dockerignore names", async (t) => {
    const { build } = await setUp(t);
    await assert.rejects(
      build({ Dockerfile: "FROM busybox\nCOPY secret /", ".dockerignore": "secret", secret: "s" }),
      /not found/,
    );
  });
});

describe("a context that may change", () => {
  const files = { Dockerfile: "FROM scratch\nCOPY f /f", f: "1" };

  async function contextOf(t: TestContext, contents: Readonly<Record<string, string>>): Promise<string> {
    const context = await mkdtemp(join(tmpdir(), "skiff-live-"));
    t.after(() => rm(context, { recursive: true }));
    for (const [name, text] of Object.entries(contents)) await writeFile(join(context, name), text);
    return context;
  }

  it("fails the build that comes upon the change, so that no cache holds the wrong files", async (t) => {
    const { engine } = await throwawayEngine(t as Parameters<typeof throwawayEngine>[0]);
    const context = await contextOf(t, files);
    const prepare: typeof engine.snapshots.prepare = async (...args) => {
      await writeFile(join(context, "f"), "2");
      return engine.snapshots.prepare(...args);
    };
    const root = await contextOf(t, {});
    const changing = { ...engine, snapshots: { ...engine.snapshots, prepare } };
    const builder = await createBuilder({ engine: changing, root, log: silentLogger });
    await assert.rejects(builder.build({ context, contextIsLive: true }), /files changed while they were copied/);
    assert.equal((await builder.cachedDigests()).size, 0);
  });

  it("is seen by commands as it was, less what is ignored", async (t) => {
    const { engine } = await throwawayEngine(t as Parameters<typeof throwawayEngine>[0]);
    await busyboxImage(engine);
    const Dockerfile = "FROM busybox\nRUN --mount=type=bind,target=/context ls /context > /seen";
    const context = await contextOf(t, { Dockerfile, ".dockerignore": "secret", secret: "", f: "1" });
    const builder = await createBuilder({ engine, root: await contextOf(t, {}), log: silentLogger });
    const image = await builder.build({ context, contextIsLive: true });
    await engine.snapshots.prepare("look", await engine.snapshots.unpack(image));
    const seen = await readFile(join(await engine.snapshots.mount("look"), "seen"), "utf8");
    assert.equal(seen, "Dockerfile\nf\n");
  });
});
