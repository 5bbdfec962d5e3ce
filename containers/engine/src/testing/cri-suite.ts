/** What every CRI runtime does, whoever serves it and however it is reached. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { CriError, criCode } from "../cri-error.ts";
import type { ContainerConfig, ImageService, PodSandboxConfig, RuntimeService } from "../generated/cri.ts";
import type { Streaming } from "../streaming.ts";

/** A runtime to be examined. It has the image `image`, which holds busybox. */
export interface CriSubject {
  readonly runtimeService: RuntimeService;
  readonly imageService: ImageService;
  readonly streaming: Streaming;
  readonly image: string;
  /** An existing directory for logs. */
  readonly logDirectory: string;
  /** What the cgroups of its Pods lie below. */
  readonly cgroupParent: string;
  /** What it is known not to do, each with its reason. */
  readonly lacks?: { readonly events?: string; readonly endOfInput?: string };
}

/** Examines the runtime that `subject` gives; called once it is up. */
export function criSuite(when: string, subject: () => CriSubject): void {
  describe(`CRI v1 ${when}`, () => {
    it("names itself and its version, and is ready", async () => {
      const { runtimeService } = subject();
      const { runtimeApiVersion, runtimeName } = await runtimeService.version({});
      assert.equal(runtimeApiVersion, "v1");
      assert.notEqual(runtimeName, "");
      const { status } = await runtimeService.status({ verbose: true });
      assert.deepEqual(
        status?.conditions.map(({ type, status: isMet }) => [type, isMet]),
        [
          ["RuntimeReady", true],
          ["NetworkReady", true],
        ],
      );
    });

    it("shows the image by its name, and none of an unknown one", async () => {
      const { imageService, image } = subject();
      const { image: found } = await imageService.imageStatus({ image: { image } });
      assert.match(found?.id ?? "", /^sha256:[0-9a-f]{64}$/);
      assert.ok((found?.size ?? 0) > 100_000);
      const { images } = await imageService.listImages({ filter: { image: { image } } });
      assert.deepEqual(
        images.map(({ id }) => id),
        [found?.id],
      );
      assert.equal((await imageService.imageStatus({ image: { image: "no.such/image:1" } })).image, undefined);
      await imageService.removeImage({ image: { image: "no.such/image:1" } });
      const [fs] = (await imageService.imageFsInfo({})).imageFilesystems;
      assert.match(fs?.fsId?.mountpoint ?? "", /^\//);
    });

    it("runs a Pod from its creation to its removal", async () => {
      const { runtimeService: runtime } = subject();
      await using pod = await runPod(subject(), "life", { args: ["sh", "-c", "echo out; echo err >&2; exit 3"] });
      const { containerId } = pod;
      assert.equal((await runtime.containerStatus({ containerId })).status?.state, "CONTAINER_CREATED");
      await runtime.startContainer({ containerId });
      const status = await until(async () => {
        const found = (await runtime.containerStatus({ containerId, verbose: true })).status;
        return found?.state === "CONTAINER_EXITED" ? found : undefined;
      });
      assert.equal(status.exitCode, 3);
      assert.equal(status.reason, "Error");
      assert.deepEqual(status.metadata, { name: "main", attempt: 2 });
      assert.deepEqual(status.labels, { part: "main" });
      // Of a program that ends at once, some runtimes note the end before the start.
      assert.ok(status.createdAt <= Math.min(status.startedAt, status.finishedAt));
      assert.ok(Math.abs(status.finishedAt / 1e6 - Date.now()) < 60_000);
      const log = await readFile(status.logPath, "utf8");
      assert.match(log, /^\d{4}-\d\d-\d\dT[^ ]+ stdout F out$/m);
      assert.match(log, /^\d{4}-\d\d-\d\dT[^ ]+ stderr F err$/m);

      const { items } = await runtime.listPodSandbox({ filter: { labelSelector: { app: "life" } } });
      assert.deepEqual(
        items.map(({ id, state, metadata }) => [id, state, metadata?.name]),
        [[pod.podSandboxId, "SANDBOX_READY", "life"]],
      );
      const listed = await runtime.listContainers({ filter: { podSandboxId: pod.podSandboxId } });
      assert.deepEqual(
        listed.containers.map(({ id }) => id),
        [containerId],
      );
      const sandbox = await runtime.podSandboxStatus({ podSandboxId: pod.podSandboxId, verbose: true });
      assert.match(sandbox.status?.network?.ip ?? "", /^\d+\.\d+\.\d+\.\d+$/);
      assert.ok(Object.keys(sandbox.info).length > 0, "there is more to tell when asked for");
      await runtime.stopPodSandbox({ podSandboxId: pod.podSandboxId });
      const stopped = await runtime.podSandboxStatus({ podSandboxId: pod.podSandboxId });
      assert.equal(stopped.status?.state, "SANDBOX_NOTREADY");
      await runtime.removePodSandbox({ podSandboxId: pod.podSandboxId });
      await runtime.removePodSandbox({ podSandboxId: pod.podSandboxId });
      assert.deepEqual((await runtime.listPodSandbox({ filter: { id: pod.podSandboxId } })).items, []);
    });

    it("has the containers of a Pod share their processes when they are to", async () => {
      const { runtimeService: runtime, image } = subject();
      await using pod = await running(subject(), "shared", {}, "POD");
      const { podSandboxId } = pod;
      const { status } = await runtime.podSandboxStatus({ podSandboxId });
      assert.equal(status?.linux?.namespaces?.options?.pid, "POD");
      const second = await runtime.createContainer({
        podSandboxId,
        config: {
          ...{ metadata: { name: "second", attempt: 0 }, image: { image }, args: ["sleep", "2000"] },
          linux: { securityContext: { namespaceOptions: { network: "POD", ipc: "POD", pid: "POD" } } },
        },
        sandboxConfig: { metadata: { name: "shared", namespace: "default", uid: "uid-shared", attempt: 1 } },
      });
      await runtime.startContainer({ containerId: second.containerId });
      const seen = async (containerId: string): Promise<string> => {
        const { stdout } = await runtime.execSync({ containerId, cmd: ["ps", "-o", "pid,args"] });
        return Buffer.from(stdout).toString();
      };
      for (const containerId of [pod.containerId, second.containerId]) {
        const processes = await seen(containerId);
        assert.match(processes, /sleep 1000$/m);
        assert.match(processes, /sleep 2000$/m);
        assert.doesNotMatch(processes, /^\s*1 sleep [12]000$/m);
      }
      const { containers } = await runtime.listContainers({ filter: { podSandboxId } });
      assert.deepEqual(containers.map(({ id }) => id).toSorted(), [pod.containerId, second.containerId].toSorted());
      await runtime.stopContainer({ containerId: second.containerId, timeout: 0 });
      assert.doesNotMatch(await seen(pod.containerId), /sleep 2000/);
    });

    it("runs a program beside, with its output as it is and its exit code, and ends one that takes too long", async () => {
      const { runtimeService: runtime } = subject();
      await using pod = await running(subject(), "beside");
      const { containerId } = pod;
      const done = await runtime.execSync({ containerId, cmd: ["sh", "-c", "printf '\\377\\000'; exit 7"] });
      assert.deepEqual([[...done.stdout], [...done.stderr], done.exitCode], [[255, 0], [], 7]);
      await assert.rejects(
        runtime.execSync({ containerId, cmd: ["sleep", "100"], timeout: 1 }),
        hasCode(criCode.deadlineExceeded),
      );
      const { stats } = await runtime.containerStats({ containerId });
      assert.ok((stats?.cpu?.usageCoreNanoSeconds?.value ?? 0) > 0);
      assert.ok((stats?.memory?.workingSetBytes?.value ?? 0) > 0);
      const all = await runtime.listContainerStats({ filter: { podSandboxId: pod.podSandboxId } });
      assert.equal(all.stats.length, 1);
    });

    it("connects streams to a program: input, both outputs, its exit code, a terminal", async (t) => {
      const { streaming, lacks } = subject();
      await using pod = await running(subject(), "streams");
      const { containerId } = pod;
      const cmd = ["sh", "-c", "echo out; echo err >&2; exit 5"];
      const first = await streaming.exec({ containerId, cmd, stdout: true, stderr: true });
      const [out, err, exit] = await Promise.all([
        text(first.stdout),
        first.stderr ? text(first.stderr) : "",
        first.exit,
      ]);
      assert.deepEqual([out, err, exit.code], ["out\n", "err\n", 5]);

      const reader = ["sh", "-c", "read line; echo got $line"];
      const second = await streaming.exec({ containerId, cmd: reader, stdin: true, stdout: true, stderr: true });
      second.stdin?.write("it\n");
      assert.equal(await text(second.stdout), "got it\n");
      assert.equal((await second.exit).code, 0);

      const third = await streaming.exec({ containerId, cmd: ["tty"], tty: true, stdout: true });
      assert.match(await text(third.stdout), /^\/dev\/.*\r\n$/);
      assert.equal(third.stderr, undefined);

      if (lacks?.endOfInput) return t.diagnostic(lacks.endOfInput);
      const fourth = await streaming.exec({ containerId, cmd: ["wc", "-c"], stdin: true, stdout: true, stderr: true });
      fourth.stdin?.end(Buffer.alloc(300_000, "x"));
      assert.equal((await text(fourth.stdout)).trim(), "300000");
    });

    it("forwards a port", async () => {
      const { streaming } = subject();
      const args = ["sh", "-c", "while true; do echo hello | nc -l -p 8080; done"];
      await using pod = await running(subject(), "port", { args });
      const answer = await until(async () => {
        try {
          return (await text(await streaming.portForward(pod.podSandboxId, 8080))) || undefined;
        } catch {
          return undefined; // nobody listens yet
        }
      });
      assert.equal(answer, "hello\n");
    });

    it("tells every change of a container", async (t) => {
      const { runtimeService: runtime, lacks } = subject();
      if (lacks?.events) return t.skip(lacks.events);
      const over = new AbortController();
      const events = runtime.getContainerEvents({}, over.signal);
      const seen: string[] = [];
      const following = (async () => {
        for await (const { containerId, containerEventType } of events)
          seen.push(`${containerId} ${containerEventType}`);
      })();
      await delay(200); // until the call has arrived: nothing says so before the first event
      const ids = await (async () => {
        await using pod = await running(subject(), "events");
        const { containerId, podSandboxId } = pod;
        return { containerId, podSandboxId };
      })();
      await until(async () => seen.includes(`${ids.podSandboxId} CONTAINER_DELETED_EVENT`) || undefined);
      for (const type of ["CREATED", "STARTED", "STOPPED", "DELETED"])
        for (const id of [ids.containerId, ids.podSandboxId])
          assert.ok(seen.includes(`${id} CONTAINER_${type}_EVENT`), `${type} of ${id}`);
      over.abort();
      await following;
    });

    it("answers with CRI's codes", async () => {
      const { runtimeService: runtime } = subject();
      const containerId = "0".repeat(64);
      const podSandboxId = containerId;
      await assert.rejects(runtime.containerStatus({ containerId }), hasCode(criCode.notFound));
      await assert.rejects(runtime.podSandboxStatus({ podSandboxId }), hasCode(criCode.notFound));
      await assert.rejects(runtime.execSync({ containerId, cmd: ["true"] }), hasCode(criCode.notFound));
      await runtime.removePodSandbox({ podSandboxId });
      await runtime.removeContainer({ containerId });
    });
  });
}

interface RunningPod extends AsyncDisposable {
  readonly podSandboxId: string;
  readonly containerId: string;
}

/** A Pod with one container that is created, not started. */
async function runPod(
  o: CriSubject,
  name: string,
  container: Partial<ContainerConfig> = {},
  pid: "CONTAINER" | "POD" = "CONTAINER",
): Promise<RunningPod> {
  const { runtimeService: runtime, logDirectory, image } = o;
  const config: PodSandboxConfig = {
    metadata: { name, namespace: "default", uid: `uid-${name}`, attempt: 1 },
    hostname: name,
    logDirectory: join(logDirectory, name),
    labels: { app: name },
    linux: {
      cgroupParent: `${o.cgroupParent}/${name}`,
      securityContext: { namespaceOptions: { network: "POD", ipc: "POD", pid } },
    },
  };
  const { podSandboxId } = await runtime.runPodSandbox({ config });
  const linux = { securityContext: { namespaceOptions: { network: "POD", ipc: "POD", pid } } } as const;
  const { containerId } = await runtime.createContainer({
    podSandboxId,
    config: {
      metadata: { name: "main", attempt: 2 },
      image: { image },
      labels: { part: "main" },
      logPath: "main.log",
      linux,
      ...container,
    },
    sandboxConfig: config,
  });
  return {
    podSandboxId,
    containerId,
    async [Symbol.asyncDispose]() {
      const { items } = await runtime.listPodSandbox({ filter: { id: podSandboxId } });
      if (items.length === 0) return;
      await runtime.stopPodSandbox({ podSandboxId });
      await runtime.removePodSandbox({ podSandboxId });
    },
  };
}

async function running(
  o: CriSubject,
  name: string,
  container: Partial<ContainerConfig> = {},
  pid?: "CONTAINER" | "POD",
): Promise<RunningPod> {
  const pod = await runPod(o, name, { args: ["sleep", "1000"], ...container }, pid);
  await o.runtimeService.startContainer({ containerId: pod.containerId });
  return pod;
}

/** What `look` finds, once it does: runtimes do not tell when a log is whole or a program listens. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error("it did not come to be within ten seconds");
}

function hasCode(code: number) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof CriError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
}
