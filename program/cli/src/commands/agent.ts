/** `skiff agent`: a node, which is the engine, the kubelet, the proxy and DNS. `skiff server` runs one beside itself. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { readConfig } from "../instance/config.ts";
import { pkiPaths } from "../instance/pki.ts";
import { writePid } from "../instance/process.ts";
import { layoutFor } from "../layout.ts";
import { createLogger, type Level, rotatingFile, standardError } from "../log.ts";
import { startNode } from "../wiring/node.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { untilStopped } from "./until-stopped.ts";

interface AgentOptions extends InstanceOptions {
  readonly logFile?: true;
  readonly logLevel: Level;
}

export function run(args: readonly string[]): Promise<number> {
  const command = instanceCommand("agent", "run a node of an instance in the foreground")
    .option("--log-file", "log to <data>/log/agent.log instead of standard error")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .action((options: AgentOptions) => serve(options));
  return runCommand(command, args);
}

async function serve(options: AgentOptions): Promise<void> {
  const layout = layoutFor(options);
  const config = readConfig(layout);
  if (!config) throw new Error(`there is no instance in ${layout.data}: start one with 'skiff up' or 'skiff server'`);
  mkdirSync(layout.run, { recursive: true, mode: 0o755 });
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  writePid(layout.agentPid);
  const sink = options.logFile ? rotatingFile(join(layout.logs, "agent.log")) : standardError;
  const log = createLogger(sink, options.logLevel, { process: "agent" });
  await untilStopped(log, () => startNode({ layout, config, pki: pkiPaths(layout), log }));
}
