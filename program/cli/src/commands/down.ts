/** `skiff down`: stops the cluster and its containers, and keeps its state. `--purge` leaves nothing of it. */
import { rmSync } from "node:fs";
import type { Engine } from "@skiff/engine";
import { openEngine, purgeEngine } from "@skiff/engine";
import { silentLogger } from "@skiff/linux";
import { runCommand } from "../command.ts";
import { type InstanceConfig, readConfig } from "../instance/config.ts";
import { releaseNetworks } from "../instance/networks.ts";
import { stopProcess } from "../instance/process.ts";
import { checkRunDirectory } from "../instance/run-directory.ts";
import { type Layout, layoutFor } from "../layout.ts";
import { DNS_LINK, proxyTable } from "../wiring/node.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";
import { createProgress } from "./progress.ts";

interface DownOptions extends InstanceOptions {
  readonly purge?: true;
  readonly timeout: string;
}

const PROCESS_GRACE_MS = 15_000;

export function run(args: readonly string[]): Promise<number> {
  const command = instanceCommand("down", "stop the cluster and its containers")
    .option("--purge", "remove everything of it: state, images, network, files")
    .option("-t, --timeout <seconds>", "how long containers may take to stop before they are killed", "5")
    .action((options: DownOptions) => down(options));
  return runCommand(command, args);
}

async function down(options: DownOptions): Promise<void> {
  const layout = layoutFor(options);
  checkRunDirectory(layout);
  const progress = createProgress();
  const config = readConfig(layout);
  if (!config && !options.purge) throw new Error(`there is no instance in ${layout.data}`);
  await progress.stage("stop the processes", async () => {
    await stopProcess(layout.serverPid, PROCESS_GRACE_MS);
    // Orphaned when the server was killed: its own end is in order otherwise.
    await stopProcess(layout.agentPid, PROCESS_GRACE_MS);
  });
  if (config) {
    await progress.stage("stop the containers", () =>
      stopContainers(layout, options.purge ? 0 : Number(options.timeout)),
    );
  }
  if (options.purge) await progress.stage("remove everything", () => purge(layout, config));
}

/** Stops every container, asking it first, then takes the sandboxes down. */
async function stopContainers(layout: Layout, timeout: number): Promise<void> {
  await using engine: Engine = await openEngine({
    root: layout.engine,
    runDir: layout.run,
    instance: layout.name,
    log: silentLogger,
  });
  const running = await engine.containers.list({ state: "running" });
  await Promise.all(running.map(({ id }) => engine.containers.stop(id, { timeout })));
  await Promise.all((await engine.sandboxes.list()).map(({ id }) => engine.sandboxes.stop(id)));
}

async function purge(layout: Layout, config: InstanceConfig | undefined): Promise<void> {
  const [{ removeAddress }, { purgeKubelet }, { removeProxyRules }] = await Promise.all([
    import("@skiff/dns"),
    import("@skiff/kubelet"),
    import("@skiff/proxy"),
  ]);
  await purgeKubelet(layout.kubelet);
  await purgeEngine({ root: layout.engine, runDir: layout.run, instance: layout.name });
  if (config) {
    await removeProxyRules(proxyTable(layout.name));
    await removeAddress(DNS_LINK, config.dnsAddress);
    releaseNetworks(config.networkSlot, layout.data);
  }
  rmSync(layout.run, { recursive: true, force: true });
  rmSync(layout.data, { recursive: true, force: true });
}
