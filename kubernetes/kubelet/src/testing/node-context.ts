import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Logger } from "@skiff/api";
import { ImageManager } from "../images/image-manager.ts";
import type { NodeContext } from "../pods/node-context.ts";
import type { Mounter } from "../volumes/mounter.ts";
import { TokenStore } from "../volumes/token-store.ts";
import { PodApi } from "./pod-api.ts";
import { ScriptedRuntime } from "./scripted-runtime.ts";

const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

/** Mounts nothing: volumes are plain directories. */
export const noMounts: Mounter = { tmpfs() {}, bind() {}, unmountBelow() {} };

/** What a test sees and steers of a node. */
export interface TestNode {
  readonly context: NodeContext;
  readonly runtime: ScriptedRuntime;
  readonly api: PodApi;
  /** Reasons of events in order, with the message after a colon. */
  readonly events: string[];
}

/** A node in a directory of its own, which goes with the test. `now` is the wall clock unless given. */
export async function aNode(t: TestContext, now: () => number = Date.now): Promise<TestNode> {
  const root = await mkdtemp(join(tmpdir(), "kubelet-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const runtime = new ScriptedRuntime();
  const api = new PodApi();
  const events: string[] = [];
  const absent = async () => undefined;
  const context: NodeContext = {
    nodeName: "node-a",
    nodeHostname: "node-a",
    hostIPs: ["192.0.2.1"],
    root,
    clusterDns: "10.96.0.10",
    clusterDomain: "cluster.local",
    hostResolver: { servers: ["192.0.2.53"], searches: [], options: [] },
    machineMemory: 2 ** 30,
    allocatable: { cpu: "2", memory: "1Gi" },
    runtimeName: "scripted",
    runtime: runtime.runtimeService,
    images: new ImageManager({ images: runtime.imageService, now }),
    client: api.client,
    config: { configMap: absent, secret: absent, watch: () => () => {} },
    claims: {
      directoryOf: (_, name) => Promise.reject(new Error(`persistentvolumeclaim "${name}" not found`)),
    },
    tokens: new TokenStore({ client: api.client, now }),
    mounter: noMounts,
    recorder: { event: (_, __, reason, message) => events.push(`${reason}: ${message}`) },
    services: () => [],
    log: silentLog,
    now,
  };
  return { context, runtime, api, events };
}
