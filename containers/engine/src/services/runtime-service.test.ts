import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "../engine.ts";
import { busyboxImage, throwawayEngine } from "../testing/index.ts";

const sandboxConfig = (name: string, logDirectory: string) => ({
  metadata: { name, namespace: "default", uid: `uid-${name}`, attempt: 0 },
  hostname: name,
  logDirectory,
  labels: { app: name },
});

async function runPod(engine: Engine, name: string, logDirectory: string, command: string[]) {
  const config = sandboxConfig(name, logDirectory);
  const { podSandboxId } = await engine.runtimeService.runPodSandbox({ config });
  const { containerId } = await engine.runtimeService.createContainer({
    podSandboxId,
    config: { metadata: { name: "main", attempt: 0 }, image: { image: "busybox" }, command, logPath: "main.log" },
    sandboxConfig: config,
  });
  await engine.runtimeService.startContainer({ containerId });
  return { podSandboxId, containerId };
}

describe("RuntimeService", () => {
  it("runs a Pod that answers on its address, to the host, to another Pod and to a forwarded port", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    const server = await runPod(engine, "server", options.root, [
      "sh",
      "-c",
      "while true; do echo hello | nc -l -p 8080; done",
    ]);
    const { status } = await engine.runtimeService.podSandboxStatus({ podSandboxId: server.podSandboxId });
    const ip = status?.network?.ip ?? "";
    assert.match(ip, /^10\./);
    const client = await runPod(engine, "client", options.root, ["sleep", "1000"]);
    const answer = await engine.runtimeService.execSync({
      containerId: client.containerId,
      cmd: ["sh", "-c", `for i in 1 2 3 4 5 6 7 8 9; do nc ${ip} 8080 </dev/null && exit; sleep 0.1; done`],
      timeout: 5,
    });
    assert.equal(Buffer.from(answer.stdout).toString(), "hello\n");
    await delay(100); // nc listens anew after each connection
    const forwarded = await engine.streaming.portForward(server.podSandboxId, 8080);
    assert.equal(await text(forwarded), "hello\n");
    const name = await engine.runtimeService.execSync({ containerId: client.containerId, cmd: ["hostname"] });
    assert.equal(Buffer.from(name.stdout).toString(), "client\n");
    await engine.runtimeService.stopPodSandbox({ podSandboxId: server.podSandboxId });
    await engine.runtimeService.removePodSandbox({ podSandboxId: server.podSandboxId });
    const { containers } = await engine.runtimeService.listContainers({});
    assert.deepEqual(
      containers.map(({ id }) => id),
      [client.containerId],
    );
  });

  it("tells every change of a container as an event, in order", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    const over = new AbortController();
    const seen: string[] = [];
    const events = engine.runtimeService.getContainerEvents({}, over.signal);
    const reading = (async () => {
      for await (const { containerEventType, containerId, containersStatuses } of events) {
        seen.push(containerEventType);
        const own = containersStatuses.find(({ id }) => id === containerId);
        if (own?.state === "CONTAINER_EXITED") return own;
      }
      return undefined;
    })();
    await new Promise((resolve) => setImmediate(resolve));
    await runPod(engine, "short", options.root, ["sh", "-c", "exit 4"]);
    const status = await reading;
    over.abort();
    assert.deepEqual([status?.exitCode, status?.reason], [4, "Error"]);
    assert.deepEqual(seen, [
      "CONTAINER_CREATED_EVENT",
      "CONTAINER_STARTED_EVENT",
      "CONTAINER_CREATED_EVENT",
      "CONTAINER_STARTED_EVENT",
      "CONTAINER_STOPPED_EVENT",
    ]);
  });

  it("reports a program that is not there as containerd does", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    await assert.rejects(runPod(engine, "absent", options.root, ["nosuch"]), /executable file not found/);
    const [{ id = "" } = {}] = (await engine.runtimeService.listContainers({})).containers;
    const { status } = await engine.runtimeService.containerStatus({ containerId: id });
    assert.deepEqual([status?.state, status?.exitCode, status?.reason], ["CONTAINER_EXITED", 128, "StartError"]);
  });

  it("ends a program that outlives ExecSync's timeout with deadlineExceeded", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { containerId } = await runPod(engine, "slow", options.root, ["sleep", "1000"]);
    await assert.rejects(engine.runtimeService.execSync({ containerId, cmd: ["sleep", "100"], timeout: 1 }), {
      code: 4,
    });
  });

  it("keeps Pods, their addresses and exits across kill -9 of the engine", async (t) => {
    const { engine, options, reopen } = await throwawayEngine(t);
    await busyboxImage(engine);
    await engine[Symbol.asyncDispose]();
    const script = `
      import { openEngine } from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
      import { silentLogger } from ${JSON.stringify(new URL("../../../linux/src/index.ts", import.meta.url).href)};
      const engine = await openEngine({ ...${JSON.stringify(options)}, log: silentLogger });
      const config = ${JSON.stringify(sandboxConfig("kept", options.root))};
      const { podSandboxId } = await engine.runtimeService.runPodSandbox({ config });
      for (const [name, command] of [["long", ["sleep", "1000"]], ["short", ["sh", "-c", "sleep 0.5; exit 5"]]]) {
        const { containerId } = await engine.runtimeService.createContainer({ podSandboxId, config: {
          metadata: { name, attempt: 0 }, image: { image: "busybox" }, command } });
        await engine.runtimeService.startContainer({ containerId });
      }
      const { status } = await engine.runtimeService.podSandboxStatus({ podSandboxId });
      process.stdout.write(status.network.ip + "\\n");
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGKILL");
    await once(child, "exit");
    await delay(700); // one of the containers ends meanwhile
    const second = await reopen();
    const [pod] = (await second.runtimeService.listPodSandbox({})).items;
    assert.equal(pod?.state, "SANDBOX_READY");
    const { status, containersStatuses } = await second.runtimeService.podSandboxStatus({ podSandboxId: pod?.id });
    assert.equal(status?.network?.ip, line.toString().trim());
    assert.deepEqual(
      containersStatuses.map(({ metadata, state, exitCode }) => [metadata?.name, state, exitCode]).sort(),
      [
        ["long", "CONTAINER_RUNNING", 0],
        ["short", "CONTAINER_EXITED", 5],
      ],
    );
  });

  it("has a Pod with shared processes outlive the engine; it is not ready once its process namespace has ended", async (t) => {
    const { engine, options, reopen } = await throwawayEngine(t);
    await busyboxImage(engine);
    const shared = { securityContext: { namespaceOptions: { network: "POD", ipc: "POD", pid: "POD" } } } as const;
    const config = { ...sandboxConfig("shared", options.root), linux: shared };
    const { podSandboxId } = await engine.runtimeService.runPodSandbox({ config });
    const create = { metadata: { name: "main", attempt: 0 }, image: { image: "busybox" }, command: ["sleep", "1000"] };
    const main = { podSandboxId, config: { ...create, linux: shared }, sandboxConfig: config };
    const { containerId } = await engine.runtimeService.createContainer(main);
    await engine.runtimeService.startContainer({ containerId });
    // Nobody waits for what the shell leaves behind.
    await engine.runtimeService.execSync({ containerId, cmd: ["sh", "-c", "(sleep 0.1 &) ; exit 0"] });
    const processes = async () =>
      Buffer.from((await engine.runtimeService.execSync({ containerId, cmd: ["ps"] })).stdout).toString();
    while (/sleep 0.1|\[sleep\]/.test(await processes())) await delay(20);
    await engine[Symbol.asyncDispose]();
    const second = await reopen();
    const state = async () => (await second.runtimeService.podSandboxStatus({ podSandboxId })).status?.state;
    assert.equal(await state(), "SANDBOX_READY");
    const container = await second.containers.get(containerId);
    assert.equal(container?.state, "running");
    const events = second.containers.events(AbortSignal.timeout(10_000));
    const holder = (await second.containers.list({ sandbox: podSandboxId })).find(({ id }) => id !== containerId);
    await second.containers.kill(holder?.id ?? "");
    const ended = new Set<string>();
    for await (const { type, container } of events) {
      if (type === "stopped") ended.add(container.id);
      if (ended.size === 2) break;
    }
    while ((await state()) !== "SANDBOX_NOTREADY") await delay(5);
    await assert.rejects(second.runtimeService.createContainer(main), /not ready/);
    await second.runtimeService.removePodSandbox({ podSandboxId });
    assert.deepEqual(await second.containers.list(), []);
  });

  it("refuses a Pod that asks for a user namespace", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    const namespaceOptions = { network: "POD", pid: "CONTAINER", ipc: "POD", usernsOptions: { mode: "POD" } } as const;
    const config = { ...sandboxConfig("users", options.root), linux: { securityContext: { namespaceOptions } } };
    await assert.rejects(engine.runtimeService.runPodSandbox({ config }), /user namespaces of Pods are not supported/);
  });

  it("confines a container by a seccomp profile of the node", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    const profile = join(options.root, "profile.json");
    const rule = { names: ["chmod", "fchmodat", "fchmodat2"], action: "SCMP_ACT_ERRNO" };
    await writeFile(profile, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [rule] }));
    const config = sandboxConfig("confined", options.root);
    const { podSandboxId } = await engine.runtimeService.runPodSandbox({ config });
    const create = (localhostRef: string) =>
      engine.runtimeService.createContainer({
        podSandboxId,
        config: {
          ...{ metadata: { name: "main", attempt: 0 }, image: { image: "busybox" }, command: ["sleep", "1000"] },
          linux: { securityContext: { seccomp: { profileType: "Localhost", localhostRef } } },
        },
        sandboxConfig: config,
      });
    await assert.rejects(create("profile.json"), /not an absolute path/);
    await assert.rejects(create("/no/such/profile.json"), /Cannot load the seccomp profile \/no\/such\/profile.json/);
    const { containerId } = await create(profile);
    await engine.runtimeService.startContainer({ containerId });
    const done = await engine.runtimeService.execSync({ containerId, cmd: ["busybox", "chmod", "700", "/bin"] });
    assert.equal(Buffer.from(done.stderr).toString(), "chmod: /bin: Operation not permitted\n");
  });

  it("opens a log anew after it was renamed", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { containerId } = await runPod(engine, "chatty", options.root, [
      "sh",
      "-c",
      "while true; do echo x; sleep 0.05; done",
    ]);
    const { rename } = await import("node:fs/promises");
    await rename(`${options.root}/main.log`, `${options.root}/main.log.1`);
    await engine.runtimeService.reopenContainerLog({ containerId });
    await delay(300);
    assert.match(await readFile(`${options.root}/main.log`, "utf8"), /stdout F x\n/);
  });
});
