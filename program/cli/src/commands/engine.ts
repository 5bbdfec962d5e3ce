/** `skiff engine`: the container half alone, for those who want containers and no cluster. */
import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { ensureConfig } from "../instance/config.ts";
import { claimPid } from "../instance/process.ts";
import { claimRunDirectory } from "../instance/run-directory.ts";
import { layoutFor } from "../layout.ts";
import { createLogger, type Level, rotatingFile, standardError } from "../log.ts";
import { startEngine } from "../wiring/engine.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { withUsernsRemap } from "./runtime-options.ts";
import { untilStopped } from "./until-stopped.ts";

interface EngineOptions extends InstanceOptions {
  readonly logFile?: true;
  readonly logLevel: Level;
  readonly readyFd?: string;
  readonly usernsRemap?: string;
}

export function run(args: readonly string[]): Promise<number> {
  const command = withUsernsRemap(instanceCommand("engine", "run containers, without a cluster, in the foreground"))
    .option("--log-file", "log to <data>/log/agent.log instead of standard error")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .option("--ready-fd <fd>", "write a line to this file descriptor when the sockets answer")
    .action((options: EngineOptions) => serve(options));
  return runCommand(command, args);
}

async function serve(options: EngineOptions): Promise<void> {
  const layout = layoutFor(options);
  claimRunDirectory(layout);
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  // A node's record: of node and engine, one at a time has the containers.
  const already = claimPid(layout.agentPid);
  if (already !== undefined) throw new Error(`the engine of "${layout.name}" already runs (process ${already})`);
  const sink = options.logFile ? rotatingFile(join(layout.logs, "agent.log")) : standardError;
  const log = createLogger(sink, options.logLevel, { process: "engine" });
  const config = await ensureConfig(layout, { usernsRemap: options.usernsRemap });
  await untilStopped(log, async () => {
    await using stack = new AsyncDisposableStack();
    const half = stack.use(await startEngine({ layout, config, log }));
    stack.use(await half.serveCri());
    log.info("the engine answers", { docker: layout.dockerSocket, cri: layout.criSocket });
    if (options.readyFd !== undefined) writeSync(Number(options.readyFd), "ready\n");
    return stack.move();
  });
}
