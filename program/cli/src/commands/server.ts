/** `skiff server`: the control plane in this process, and the node in a process beside it. */
import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { ensureConfig } from "../instance/config.ts";
import { writeKubeconfig } from "../instance/kubeconfig.ts";
import { ensurePki } from "../instance/pki.ts";
import { claimPid } from "../instance/process.ts";
import { claimRunDirectory } from "../instance/run-directory.ts";
import { layoutFor } from "../layout.ts";
import { createLogger, type Level, rotatingFile, standardError } from "../log.ts";
import { startControlPlane } from "../wiring/control-plane.ts";
import { superviseAgent } from "../wiring/supervise.ts";
import { apiOptions, withApiOptions } from "./api-options.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { type RuntimeOptions, runtimeChoice, withRuntimeOptions } from "./runtime-options.ts";
import { type StorageOptions, storageChoice, withStorageOptions } from "./storage-options.ts";
import { untilStopped } from "./until-stopped.ts";

interface ServerOptions extends InstanceOptions, StorageOptions, RuntimeOptions, RuntimeOptions {
  readonly port?: string;
  readonly logFile?: true;
  readonly logLevel: Level;
  readonly node: boolean;
  readonly readyFd?: string;
}

export function run(args: readonly string[]): Promise<number> {
  const plain = instanceCommand("server", "run the control plane, and a node, in the foreground");
  const command = withRuntimeOptions(withApiOptions(withStorageOptions(plain)))
    .option("--port <n>", "port of the Kubernetes API (default 6443)")
    .option("--log-file", "log to <data>/log/server.log instead of standard error")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .option("--no-node", "do not run containers on this machine")
    .option("--ready-fd <fd>", "write a line to this file descriptor when the API answers")
    .action((options: ServerOptions) => serve(options));
  return runCommand(command, args);
}

async function serve(options: ServerOptions): Promise<void> {
  // Small buffers share a slab, which stays for as long as any of them is remembered: larger slabs would be held for little.
  Buffer.poolSize = 8 << 10;
  const layout = layoutFor(options);
  const chosen = {
    ...storageChoice(options),
    ...runtimeChoice(options),
    port: options.port === undefined ? undefined : Number(options.port),
  };
  const chosenForApi = apiOptions({ ...options }, layout);
  claimRunDirectory(layout);
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  const already = claimPid(layout.serverPid);
  if (already !== undefined) throw new Error(`the instance "${layout.name}" already runs (process ${already})`);

  const sink = options.logFile ? rotatingFile(join(layout.logs, "server.log")) : standardError;
  const log = createLogger(sink, options.logLevel, { process: "server" });
  const config = await ensureConfig(layout, chosen);
  const pki = await ensurePki(layout, config);
  writeKubeconfig(layout, config, pki);

  await untilStopped(log, async (signal) => {
    // Side by side: the node opens its engine while the control plane opens its store.
    const stopAgent = new AbortController();
    const until = AbortSignal.any([signal, stopAgent.signal]);
    const agent = options.node ? superviseAgent(layout, log, until, options.logFile === true) : Promise.resolve();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => agent);
    stack.defer(() => stopAgent.abort());
    stack.use(await startControlPlane({ layout, config, pki, apiOptions: chosenForApi, log }));
    log.info("the API answers", { port: config.apiPort });
    if (options.readyFd !== undefined) writeSync(Number(options.readyFd), "ready\n");
    return stack.move();
  });
}
