/** `skiff status`: what runs of an instance. Exit code 0 when the API answers and the node is Ready, 3 otherwise. */
import { nodes, pods } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import { runCommand } from "../command.ts";
import { readConfig } from "../instance/config.ts";
import { connect } from "../instance/connect.ts";
import { pkiPaths } from "../instance/pki.ts";
import { residentBytes, runningPid } from "../instance/process.ts";
import { checkRunDirectory } from "../instance/run-directory.ts";
import { layoutFor } from "../layout.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";

interface StatusOptions extends InstanceOptions {
  readonly json?: true;
}

/** What `skiff status --json` prints. */
export interface Status {
  readonly name: string;
  readonly data: string;
  /** "engine": containers can be run, and there is no cluster now. */
  readonly state: "absent" | "stopped" | "engine" | "starting" | "running";
  readonly server?: ProcessStatus | undefined;
  readonly agent?: ProcessStatus | undefined;
  readonly api?: string | undefined;
  readonly kubeconfig?: string | undefined;
  /** Where the state is kept, as `--datastore` names it. */
  readonly datastore?: string | undefined;
  readonly nodes?: readonly { readonly name: string; readonly ready: boolean }[] | undefined;
  readonly pods?: Readonly<Record<string, number>> | undefined;
}

interface ProcessStatus {
  readonly pid: number;
  readonly residentBytes: number | undefined;
}

const NOT_READY = 3;

export function run(args: readonly string[]): Promise<number> {
  const command = instanceCommand("status", "show what runs")
    .option("--json", "print it as JSON")
    .action(async (options: StatusOptions) => {
      const status = await statusOf(options);
      process.stdout.write(options.json ? `${JSON.stringify(status, null, 2)}\n` : textOf(status));
      const ready = status.state === "running" && status.nodes?.every((node) => node.ready);
      process.exitCode = ready ? 0 : NOT_READY;
    });
  return runCommand(command, args);
}

async function statusOf(options: StatusOptions): Promise<Status> {
  const layout = layoutFor(options);
  checkRunDirectory(layout);
  const { name, data } = layout;
  const config = readConfig(layout);
  if (!config) return { name, data, state: "absent" };
  const server = processStatus(layout.serverPid);
  const agent = processStatus(layout.agentPid);
  const api = `https://127.0.0.1:${config.apiPort}`;
  const { datastore = "sqlite" } = config;
  const known = { name, data, server, agent, api, kubeconfig: layout.kubeconfig, datastore };
  if (!server) return { ...known, state: agent ? "engine" : "stopped" };
  await using connection = connect(config, pkiPaths(layout));
  try {
    return { ...known, state: "running", ...(await contentOf(connection.client)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ECONNREFUSED" && code !== "ECONNRESET") throw error;
    return { ...known, state: "starting" };
  }
}

async function contentOf(client: Client): Promise<Pick<Status, "nodes" | "pods">> {
  const [nodeList, podList] = await Promise.all([client.list(nodes), client.list(pods)]);
  const counts: Record<string, number> = {};
  for (const pod of podList.items) {
    const phase = pod.status?.phase ?? "Unknown";
    counts[phase] = (counts[phase] ?? 0) + 1;
  }
  const nodeStatus = nodeList.items.map((node) => ({
    name: node.metadata.name ?? "",
    ready: node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
  }));
  return { nodes: nodeStatus, pods: counts };
}

function processStatus(pidFile: string): ProcessStatus | undefined {
  const pid = runningPid(pidFile);
  return pid === undefined ? undefined : { pid, residentBytes: residentBytes(pid) };
}

function textOf(status: Status): string {
  const rows: [string, string][] = [["instance", `${status.name} (${status.data})`]];
  rows.push(["state", status.state]);
  for (const [title, process] of [["control plane", status.server] as const, ["node process", status.agent] as const]) {
    if (!process) continue;
    const memory = process.residentBytes === undefined ? "" : `, ${Math.round(process.residentBytes / (1 << 20))} MiB`;
    rows.push([title, `process ${process.pid}${memory}`]);
  }
  for (const node of status.nodes ?? []) rows.push(["node", `${node.name}: ${node.ready ? "Ready" : "NotReady"}`]);
  if (status.pods) {
    const counts = Object.entries(status.pods).map(([phase, count]) => `${count} ${phase}`);
    rows.push(["pods", counts.join(", ") || "none"]);
  }
  if (status.api) rows.push(["API", status.api]);
  if (status.datastore) rows.push(["datastore", status.datastore]);
  if (status.kubeconfig) rows.push(["kubeconfig", status.kubeconfig]);
  if (status.state === "absent") rows.push(["", "start it with 'skiff up'"]);
  return rows.map(([title, value]) => `${title.padEnd(14)}${value}\n`).join("");
}
