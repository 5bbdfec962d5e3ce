import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { silentLogger } from "@skiff/linux";
import { criCode } from "../cri-error.ts";
import { connectPort } from "../streams/connect-streams.ts";
import { busyboxImage, type CriSubject, criSuite, type ThrowawayEngine, throwawayEngine } from "../testing/index.ts";
import { type CriConnection, connectCri } from "./connect-cri.ts";
import { serveCri } from "./serve-cri.ts";

let throwaway: ThrowawayEngine;
let connection: CriConnection;
let socketPath: string;
const finish: (() => Promise<void>)[] = [];

before(async () => {
  throwaway = await throwawayEngine({ after: (body) => finish.push(body) });
  const { engine, options } = throwaway;
  await busyboxImage(engine);
  await mkdir(join(options.root, "logs"));
  socketPath = join(options.runDir, "cri.sock");
  const server = await serveCri({ ...parts(), socketPath, log: silentLogger });
  connection = connectCri(`unix://${socketPath}`);
  finish.unshift(async () => {
    connection[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });
});

after(async () => {
  for (const body of finish) await body();
});

function parts() {
  const { runtimeService, imageService, streaming } = throwaway.engine;
  return { runtimeService, imageService, streaming };
}

function around(runtime: Pick<CriSubject, "runtimeService" | "imageService" | "streaming">): CriSubject {
  const { root, instance } = throwaway.options;
  return { ...runtime, image: "busybox", logDirectory: join(root, "logs"), cgroupParent: `/skiff-${instance}/pods` };
}

criSuite("in one process", () => around(parts()));
criSuite("over gRPC", () => around(connection));

describe("serveCri()", () => {
  it("lets only the owner of its socket in", async () => {
    assert.equal((await stat(socketPath)).mode & 0o777, 0o600);
  });

  it("gives an address that is good for one connection", async () => {
    const { runtimeService } = connection;
    const config = { metadata: { name: "address", namespace: "default", uid: "u", attempt: 0 } };
    const { podSandboxId } = await runtimeService.runPodSandbox({ config });
    const { url } = await runtimeService.portForward({ podSandboxId, port: [1] });
    assert.equal((await fetch(url)).status, 400); // known, and not a connection
    const first = await connectPort(url, 1);
    await text(first).catch(() => undefined); // nobody listens there
    await assert.rejects(connectPort(url, 1), { code: criCode.unavailable });
  });

  it("does not bring down a client whose server is gone", async () => {
    using nobody = connectCri(`unix://${socketPath}.none`);
    await assert.rejects(nobody.runtimeService.version({}), { name: "CriError", code: criCode.unavailable });
  });
});
