/** `skiff agent`: a node, which is the engine, the kubelet, the proxy and DNS. `skiff server` runs one beside itself. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { readConfig } from "../instance/config.ts";
import { pkiPaths } from "../instance/pki.ts";
import { claimPid } from "../instance/process.ts";
import { claimRunDirectory } from "../instance/run-directory.ts";
import { layoutFor } from "../layout.ts";
import { createLogger, type Level, rotatingFile, standardError } from "../log.ts";
import { startNode } from "../wiring/node.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { untilStopped } from "./until-stopped.ts";

interface AgentOptions extends InstanceOptions {
  readonly logFile?: true;
  readonly logLevel: Level;
  readonly supervisor?: string;
}

export function run(args: readonly string[]): Promise<number> {
  const command = instanceCommand("agent", "run a node of an instance in the foreground")
    .option("--log-file", "log to <data>/log/agent.log instead of standard error")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .option("--supervisor <pid>", "end at once when this process is not the parent any more")
    .action((options: AgentOptions) => serve(options));
  return runCommand(command, args);
}

async function serve(options: AgentOptions): Promise<void> {
  const layout = layoutFor(options);
  const config = readConfig(layout);
  if (!config) throw new Error(`there is no instance in ${layout.data}: start one with 'skiff up' or 'skiff server'`);
  claimRunDirectory(layout);
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  const already = claimPid(layout.agentPid);
  if (already !== undefined) throw new Error(`the node of "${layout.name}" already runs (process ${already})`);
  // Checked once the record is there: a server that is killed before leaves nothing, one that is killed later leaves a node
  // that the next server finds.
  if (options.supervisor !== undefined && process.ppid !== Number(options.supervisor))
    throw new Error(`the server that started this node (process ${options.supervisor}) has ended`);
  const sink = options.logFile ? rotatingFile(join(layout.logs, "agent.log")) : standardError;
  const log = createLogger(sink, options.logLevel, { process: "agent" });
  await untilStopped(log, () => startNode({ layout, config, pki: pkiPaths(layout), log }));
}
