/**
 * The verbs of `skiff compose` that look at a project and join its containers. With `SKIFF_DOCKER_PEER=1` they run on a dockerd, too:
 * the same answers come from there.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type DockerPeer, startDocker } from "../bench/docker-peer.ts";
import { SKIFF } from "./support/cluster.ts";
import { type ComposeProject, composeProject } from "./support/compose-project.ts";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { eventually } from "./support/eventually.ts";
import { run, start } from "./support/run.ts";
import { dockerCli } from "./support/tools.ts";

const FILE = `
services:
  web:
    image: busybox
    command: [sh, -c, "echo served > /index.html; echo ready; exec httpd -f -v -p 80 -h /"]
    ports: ["127.0.0.1:\${PORT:-38231}:80"]
    labels: {tier: front}
    stop_grace_period: 1s
    volumes: ["data:/data"]
  ticker:
    image: busybox
    command: [sh, -c, "trap 'exit 0' TERM; i=0; while true; do i=$$((i+1)); echo tick $$i; echo tock $$i >&2; sleep 0.2; done"]
    depends_on: [web]
    scale: 2
  shell:
    image: busybox
    command: sh
    tty: true
    stdin_open: true
  once:
    image: busybox
    command: [sh, -c, "echo in; sleep 0.3; echo out; exit 3"]
    profiles: [extra]
volumes: {data: {}}
`;

let engine: EngineInstance;
let peer: DockerPeer | undefined;

before(async () => {
  engine = await startEngine("t-compose-verbs");
  await engine.ok("pull busybox");
  if (process.env.SKIFF_DOCKER_PEER !== "1") return;
  peer = await startDocker();
  const home = mkdtempSync(join(tmpdir(), "skiff-image-"));
  await engine.ok(["save", "-o", join(home, "busybox.tar"), "busybox"]);
  const loaded = await run(peer.cli, ["load", "-i", join(home, "busybox.tar")], { env: { DOCKER_HOST: peer.host } });
  rmSync(home, { recursive: true });
  assert.equal(loaded.code, 0, loaded.stderr);
});
after(async () => {
  await peer?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
});

const engines = [
  { name: "Skiff's engine", env: () => engine.env },
  { name: "dockerd", env: () => ({ DOCKER_HOST: peer?.host ?? "" }) },
];

for (const { name, env } of engines) {
  describe(`skiff compose on ${name}`, { skip: name === "dockerd" && process.env.SKIFF_DOCKER_PEER !== "1" }, () => {
    let shop: ComposeProject;

    before(async () => {
      shop = composeProject({ env: env() }, "shop", { "compose.yaml": FILE });
      await shop.ok("up -d");
    });
    after(() => shop?.dispose());

    /** Types each text into a verb on a terminal once `until` is there, and gives the screen and the exit code. */
    async function typed(args: string, texts: readonly { readonly until: RegExp; readonly text: string }[]) {
      const command = `stty rows 24 cols 80; exec ${SKIFF} compose ${args}`;
      const program = start("script", ["-qefc", command, "/dev/null"], {
        env: { ...env(), TERM: "xterm" },
        cwd: shop.directory,
      });
      for (const { until, text } of texts) {
        await program.until(until);
        program.child.stdin?.write(text);
      }
      return { code: await program.exit, screen: program.stdout() };
    }

    it("ps lists containers for people, scripts and programs", async () => {
      const [heading = "", ...rows] = (await shop.ok("ps")).trimEnd().split("\n");
      assert.match(heading, /^NAME +IMAGE +COMMAND +SERVICE +CREATED +STATUS +PORTS$/);
      assert.deepEqual(
        rows.map((row) => row.split(" ")[0]),
        ["shop-shell-1", "shop-ticker-1", "shop-ticker-2", "shop-web-1"],
      );
      assert.match(rows.at(-1) ?? "", /"sh -c 'echo served …" +web .* Up .* 127\.0\.0\.1:38231->80\/tcp$/);
      const web = JSON.parse(await shop.ok("ps --format json web"));
      assert.partialDeepStrictEqual(web, {
        ...{ Name: "shop-web-1", Project: "shop", Service: "web", State: "running", ExitCode: 0, Health: "" },
        Publishers: [{ URL: "127.0.0.1", TargetPort: 80, PublishedPort: 38231, Protocol: "tcp" }],
      });
      assert.equal(await shop.ok(["ps", "--format", '{{.Service}} {{.Label "tier"}}', "web"]), "web front\n");
      assert.equal(await shop.ok("ps --services"), "shell\nticker\nweb\n");
      assert.match(await shop.ok("ps -q web"), /^[0-9a-f]{64}\n$/);
      assert.equal(await shop.ok("ps -q --status exited"), "");
    });

    it("ls, images, port and top tell what there is", async () => {
      assert.match(await shop.ok("ls"), /^NAME .*STATUS .*CONFIG FILES\nshop +running\(4\) +\/.*shop\/compose.yaml$/m);
      const [image] = JSON.parse(await shop.ok("images --format json ticker"));
      assert.partialDeepStrictEqual(image, {
        ContainerName: "shop-ticker-1",
        ...{ Repository: "busybox", Tag: "latest", Platform: "linux/amd64" },
      });
      assert.equal(await shop.ok("port web 80"), "127.0.0.1:38231\n");
      const closed = await shop.compose("port web 81");
      assert.deepEqual([closed.code, closed.stdout], [1, ""]);
      assert.match(closed.stderr, /no port 81\/tcp for container shop-web-1: 80\/tcp on 127\.0\.0\.1:38231/);
      assert.match(await shop.ok("top web"), /^SERVICE +# +.*CMD\nweb +1 +.*httpd -f -v -p 80 -h \/\n$/);
    });

    it("logs puts the lines of all containers in the order in which they were written", async () => {
      await eventually(async () => assert.match(await shop.ok("logs ticker"), /tick 3/));
      const lines = (await shop.ok("logs -t --tail 4 web ticker")).trimEnd().split("\n");
      const times = lines.map((line) => line.split(/\s+\|\s+|\s/)[1] ?? "");
      assert.equal(new Set(lines.map((line) => line.split(" ")[0])).size, 3);
      assert.ok(
        times.every((time) => /^\d{4}-.*\.\d{9}/.test(time)),
        lines.join("\n"),
      );
      assert.deepEqual(times, times.toSorted());
      const plain = await shop.compose("logs --no-log-prefix --index 2 --tail 2 ticker");
      assert.match(plain.stdout, /^tick \d+\n$/);
      assert.match(plain.stderr, /^tock \d+\n$/);
      assert.match((await shop.compose("logs nobody")).stderr, /no such service: nobody/);
    });

    it("logs -f goes on across a restart, and repeats nothing", async () => {
      const following = shop.start("logs -f --no-log-prefix --tail 1 --index 1 web ticker");
      await following.until(/tick \d+\n/);
      await shop.ok("restart -t 1 ticker");
      await following.until(/tick 1\n[\s\S]*tick 3\n/);
      await following.stop("SIGINT");
      const numbers = [...following.stdout().matchAll(/tick (\d+)/g)].map(([, number]) => Number(number));
      const begin = numbers.indexOf(1);
      assert.ok(begin > 0, "the first run's lines are there");
      for (const part of [numbers.slice(0, begin), numbers.slice(begin)])
        for (const [at, number] of part.entries()) assert.equal(number, (part[0] ?? 0) + at);
      assert.equal(await following.exit, 130);
    });

    it("events tells programs what happens", async () => {
      const listening = shop.start("events --json web");
      // Nothing tells when it listens: pausing is repeated until it does.
      await eventually(async () => {
        await shop.ok("pause web");
        await shop.ok("unpause web");
        assert.match(listening.stdout(), /"unpause"/);
      });
      await listening.stop("SIGINT");
      const [first] = listening.stdout().split("\n");
      assert.partialDeepStrictEqual(JSON.parse(first ?? ""), { type: "container", service: "web" });
    });

    it("exec gives the program's output and exit code, and a terminal where there is one", async () => {
      const done = await shop.compose(["exec", "-T", "-e", "WHO=me", "web", "sh", "-c", "cat; echo $WHO >&2; exit 9"], {
        input: "given\n",
      });
      assert.deepEqual([done.stdout, done.stderr, done.code], ["given\n", "me\n", 9]);
      const { screen, code } = await typed("exec --index 2 ticker sh", [
        { until: /# /, text: "stty size; hostname | cut -c1-3; exit 5\n" },
      ]);
      assert.match(screen, /24 80/);
      assert.equal(code, 5);
      assert.match((await shop.compose("exec once true")).stderr, /service "once" is not running/);
    });

    it("run joins one container, and removes it", async () => {
      const piped = await shop.compose(["run", "--rm", "-T", "once", "sh", "-c", "cat; exit 4"], {
        input: "in and out",
      });
      assert.deepEqual([piped.stdout, piped.code], ["in and out", 4]);
      const { screen, code } = await typed("run --rm once sh", [{ until: /# /, text: "stty size; exit 6\n" }]);
      assert.match(screen, /24 80/);
      assert.equal(code, 6);
      assert.equal(await shop.ok("ps -aq once"), "");
    });

    it("attach joins a container, and the detach keys leave it running", async () => {
      const { screen, code } = await typed("attach --detach-keys ctrl-x shell", [
        { until: /^/, text: "\n" },
        { until: /# /, text: "stty size\n" },
        { until: /24 80/, text: "\u0018" },
      ]);
      assert.match(screen, /24 80/);
      assert.equal(code, 0);
      assert.equal(await shop.ok("ps --services --status running shell"), "shell\n");
      assert.doesNotMatch(await shop.ok("logs shell"), /\d{4}-\d\d-\d\dT/);
    });

    it("cp puts files into all containers of a service, and takes them out of the first", async () => {
      shop.write("note.txt", "noted\n");
      await shop.ok("cp note.txt ticker:/tmp/there");
      assert.equal(await shop.ok("exec -T --index 2 ticker cat /tmp/there"), "noted\n");
      await shop.ok("cp web:/index.html out.html");
      assert.equal(readFileSync(join(shop.directory, "out.html"), "utf8"), "served\n");
    });

    it("stats, volumes, export and commit", async () => {
      assert.match(await shop.ok("volumes"), /^DRIVER +VOLUME NAME\nlocal +shop_data\n$/);
      assert.equal(await shop.ok("volumes -q ticker"), "");
      assert.match(await shop.ok("commit -m noted web shop-web:kept"), /^sha256:[0-9a-f]{64}\n$/);
      const kept = await run(dockerCli(), ["run", "--rm", "shop-web:kept", "cat", "/index.html"], { env: env() });
      assert.equal(kept.stdout, "served\n", kept.stderr);
      await run(dockerCli(), ["rmi", "shop-web:kept"], { env: env() });
      assert.match(
        await shop.ok(["stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "web"]),
        /^shop-web-1 \d+\n$/,
      );
      await shop.ok("export -o web.tar web");
      assert.ok(existsSync(join(shop.directory, "web.tar")));
    });

    it("up shows a container's output to its end, and gives its exit code", async () => {
      const { code, stdout } = await shop.compose("up --exit-code-from once once");
      assert.equal(code, 3);
      assert.match(stdout, /^Attaching to once-1\nonce-1 {2}\| in\nonce-1 {2}\| out\n/);
      assert.match(stdout, /once-1 exited with code 3\n/);
      const again = await shop.compose("up --no-log-prefix once");
      assert.equal(again.stdout, "Attaching to once-1\nin\nout\nonce-1 exited with code 3\n");
    });

    it("tells programs of progress and errors in JSON", async () => {
      const failed = await shop.compose("--progress json up -d nobody");
      assert.equal(failed.code, 1);
      const last = JSON.parse(failed.stderr.trim().split("\n").at(-1) ?? "");
      assert.equal(last.error, true);
      assert.match(last.message, /nobody/);
      const stopped = await shop.compose("--progress json stop -t 1 ticker");
      const ids = stopped.stderr
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id);
      assert.ok(ids.includes("Container shop-ticker-1"), stopped.stderr);
    });

    it("says how a mistaken command line is meant", async () => {
      const mistakes = ["up --nope", "--ansi sometimes ps", "exec", "ps --filter x", "logs --since yesterday"];
      const refused = ["--dry-run up --kubernetes", "--dry-run down --kubernetes", "run --dry-run web true"];
      for (const args of [...mistakes, ...refused]) {
        const { code, stderr } = await shop.compose(args);
        assert.equal(code, 16, `${args}: ${stderr}`);
        assert.match(stderr, /Run 'skiff compose( \w+)? --help' for its options\./);
      }
    });

    it("down leaves nothing", async () => {
      await shop.ok("--profile extra down -v -t 1");
      const left = await run(dockerCli(), ["ps", "-aq", "--filter", "label=com.docker.compose.project=shop"], {
        env: env(),
      });
      assert.equal(left.stdout, "");
    });
  });
}
