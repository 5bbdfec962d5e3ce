/** `skiff up [DIR]`: starts the cluster unless it runs; with a directory, builds its images, applies its manifests and waits. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Service } from "@skiff/api/core/v1";
import { services } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import { runCommand } from "../command.ts";
import { apply } from "../deploy/apply.ts";
import { buildImages } from "../deploy/build-images.ts";
import { type Manifest, readManifests } from "../deploy/manifests.ts";
import { waitForRollout } from "../deploy/rollout.ts";
import { addressesOf } from "../deploy/services.ts";
import { stampImages } from "../deploy/stamp-images.ts";
import { machineAddress, readConfig } from "../instance/config.ts";
import { connect } from "../instance/connect.ts";
import { pkiPaths } from "../instance/pki.ts";
import { runningPid } from "../instance/process.ts";
import { checkRunDirectory } from "../instance/run-directory.ts";
import { startServer, waitForNode } from "../instance/start.ts";
import { type Layout, layoutFor } from "../layout.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { createProgress, type Progress, seconds } from "./progress.ts";
import { type RuntimeOptions, runtimeChoice, withRuntimeOptions } from "./runtime-options.ts";
import { type StorageOptions, storageChoice, withStorageOptions } from "./storage-options.ts";

interface UpOptions extends InstanceOptions, StorageOptions, RuntimeOptions {
  readonly port?: string;
  readonly timeout: string;
}

const NODE_READY_MS = 60_000;

export function run(args: readonly string[]): Promise<number> {
  const plain = instanceCommand("up", "start the cluster unless it runs; build and deploy what is in a directory");
  const command = withRuntimeOptions(withStorageOptions(plain))
    .argument("[dir]", "directory with Dockerfiles and Kubernetes manifests")
    .option("--port <n>", "port of the Kubernetes API (default 6443)")
    .option("--timeout <seconds>", "how long to wait for each rollout", "300")
    .action((dir: string | undefined, options: UpOptions) => up(dir, options));
  return runCommand(command, args);
}

async function up(dir: string | undefined, options: UpOptions): Promise<void> {
  const started = performance.now();
  if (dir !== undefined && !statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`there is no directory ${dir}`);
  }
  const storage = storageChoice(options);
  const runtime = runtimeChoice(options);
  const layout = layoutFor(options);
  checkRunDirectory(layout);
  const progress = createProgress();
  let since = 0;
  if (runningPid(layout.serverPid) === undefined) {
    since = Date.now();
    await progress.stage("control plane", () => startServer(layout, { port: options.port, ...storage, ...runtime }));
  } else if (storage.datastore !== undefined || storage.encryptionConfig !== undefined) {
    throw new Error("the cluster runs already: stop it with `skiff down` to change where it keeps its state");
  } else if (runtime.containerRuntimeEndpoint !== undefined || runtime.usernsRemap !== undefined) {
    throw new Error("the cluster runs already: stop it with `skiff down` to change what runs its containers");
  }
  const config = readConfig(layout);
  if (!config) throw new Error(`the server is only starting: try again in a moment`);
  await using connection = connect(config, pkiPaths(layout));
  const { client } = connection;
  await progress.stage(`node ${config.nodeName} Ready`, (report) =>
    waitForNode(client, config.nodeName, since, report, AbortSignal.timeout(NODE_READY_MS)),
  );
  if (dir !== undefined) await deploy(client, layout, resolve(dir), Number(options.timeout) * 1000, progress);
  progress.note(`\nReady in ${seconds(performance.now() - started)}. For kubectl and helm:\n`);
  progress.note(`  export KUBECONFIG=${layout.kubeconfig}`);
}

async function deploy(
  client: Client,
  layout: Layout,
  dir: string,
  timeoutMs: number,
  progress: Progress,
): Promise<void> {
  const built = await buildImages(layout, dir, progress);
  const manifests = readManifests(dir).map((manifest) => stampImages(manifest, built));
  if (manifests.length === 0) return progress.note(`there are no Kubernetes manifests in ${dir}`);
  await progress.stage(`apply ${manifests.length} objects`, async (report) => {
    for (const manifest of manifests) report(await apply(client, manifest));
  });
  const workloads = manifests.filter(({ object }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(object.kind));
  await Promise.all(
    workloads.map((workload) =>
      progress.stage(`rollout of ${workload.object.kind.toLowerCase()}/${workload.object.metadata.name}`, (report) =>
        waitForRollout(client, workload, report, AbortSignal.timeout(timeoutMs)),
      ),
    ),
  );
  await showServices(client, manifests, progress);
}

async function showServices(client: Client, manifests: readonly Manifest[], progress: Progress): Promise<void> {
  progress.note("");
  for (const { object } of manifests.filter(({ object: { kind } }) => kind === "Service")) {
    const { name, namespace = "default" } = object.metadata;
    const service: Service = await client.get(services, { namespace, name });
    for (const line of addressesOf(service, machineAddress())) progress.note(`  service/${name.padEnd(20)} ${line}`);
  }
}
