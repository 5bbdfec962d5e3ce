/** `skiff down`: stops the cluster and its containers, and keeps its state. `--purge` leaves nothing of it. */
import { existsSync, rmSync } from "node:fs";
import { removeDnsAddress } from "@skiff/dns";
import { purgeEngine, stopEverything } from "@skiff/engine";
import { purgeKubelet } from "@skiff/kubelet";
import { removeProxyRules } from "@skiff/proxy";
import { runCommand } from "../command.ts";
import { readConfig } from "../instance/config.ts";
import { releaseNetworks } from "../instance/networks.ts";
import { stopProcess } from "../instance/process.ts";
import { type Layout, layoutFor } from "../layout.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { createProgress } from "./progress.ts";

export function run(args: readonly string[]): Promise<number> {
  return runCommand(instanceCommand("down", ""), args);
}
