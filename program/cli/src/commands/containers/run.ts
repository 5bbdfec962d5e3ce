/** `skiff run`: a container from creation to its end. Its exit code becomes ours; 125 is a failure of ours, 126 and 127 a program that cannot be run. */
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import { type FlagTable, helpText, type ParsedFlags, parseFlags } from "../../docker-client/parse-flags.ts";
import { attachStreams } from "./attach-streams.ts";
import { connect } from "./connect.ts";
import { createBody } from "./create-body.ts";

const TABLE: FlagTable = {
  usage: "skiff run [OPTIONS] IMAGE [COMMAND] [ARG...]",
  flags: {
    "cap-add": "list",
    "cap-drop": "list",
    cpus: "value",
    detach: "switch",
    entrypoint: "value",
    env: "list",
    hostname: "value",
    interactive: "switch",
    label: "list",
    memory: "value",
    mount: "list",
    name: "value",
    network: "value",
    "pids-limit": "value",
    pid: "value",
    privileged: "switch",
    publish: "list",
    pull: "value",
    "read-only": "switch",
    restart: "value",
    rm: "switch",
    "security-opt": "list",
    tmpfs: "list",
    tty: "switch",
    user: "value",
    volume: "list",
    workdir: "value",
    help: "switch",
  },
  short: {
    d: "detach",
    e: "env",
    h: "hostname",
    i: "interactive",
    l: "label",
    m: "memory",
    p: "publish",
    t: "tty",
    u: "user",
    v: "volume",
    w: "workdir",
  },
};

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  try {
    return await runContainer(connect(), flags);
  } catch (error) {
    process.stderr.write(`skiff run: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodeOf(error);
  }
}

async function runContainer(client: DockerClient, flags: ParsedFlags): Promise<number> {
  const [image, ...command] = flags.operands;
  if (image === undefined) throw new Error(`an image is required\n\nUsage: ${TABLE.usage}`);
  const tty = flags.has("tty");
  const stdin = flags.has("interactive");
  if (tty && stdin && !process.stdin.isTTY) throw new Error("the input device is not a TTY");
  const body = createBody(flags, image, command);
  const { Id: id } = await create(client, flags, image, body);
  const path = `/containers/${id}`;
  if (flags.has("detach")) {
    await client.json(`${path}/start`, { method: "POST" });
    process.stdout.write(`${id}\n`);
    return 0;
  }

  const condition = flags.has("rm") ? "removed" : "next-exit";
  const [socket, ended] = await Promise.all([
    client.hijack(`${path}/attach`, {
      query: { stream: "1", stdout: "1", stderr: "1", stdin: stdin ? "1" : undefined },
    }),
    client.open(`${path}/wait`, { method: "POST", query: { condition } }),
  ]);
  const resize = (columns: number, rows: number) =>
    client.json(`${path}/resize`, { method: "POST", query: { w: String(columns), h: String(rows) } });
  const streams = attachStreams(socket, { stdin, tty, resize });
  const stopForwarding = forwardSignals(client, path, tty);
  try {
    await client.json(`${path}/start`, { method: "POST" });
    if (tty && process.stdout.isTTY) await resize(process.stdout.columns, process.stdout.rows).catch(() => undefined);
    await streams;
    let text = "";
    for await (const chunk of ended.setEncoding("utf8")) text += chunk;
    return (JSON.parse(text) as { StatusCode: number }).StatusCode;
  } finally {
    stopForwarding();
    socket.destroy();
    ended.destroy();
    await streams;
  }
}

async function create(client: DockerClient, flags: ParsedFlags, image: string, body: object): Promise<{ Id: string }> {
  const attempt = () =>
    client.json<{ Id: string }>("/containers/create", {
      method: "POST",
      query: { name: flags.value("name") },
      json: body,
    });
  const pull = flags.value("pull") ?? "missing";
  if (pull === "always") await pullFirst(client, image);
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof DockerApiError) || error.status !== 404 || pull !== "missing") throw error;
    await pullFirst(client, image);
    return attempt();
  }
}

async function pullFirst(client: DockerClient, image: string): Promise<void> {
  const { pullImage } = await import("./pull.ts");
  process.stderr.write(`Unable to find image '${image}' locally\n`);
  await pullImage(client, image, process.stderr);
}

// With a terminal the keys reach the container as bytes; signals are for the other case.
function forwardSignals(client: DockerClient, path: string, tty: boolean): () => void {
  const forward = (signal: NodeJS.Signals) => {
    // It may be over already.
    client.json(`${path}/kill`, { method: "POST", query: { signal } }).catch(() => undefined);
  };
  const signals: readonly NodeJS.Signals[] = tty
    ? ["SIGTERM", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

function exitCodeOf(error: unknown): number {
  const message = error instanceof Error ? error.message : "";
  if (/executable file not found|no such file or directory/i.test(message)) return 127;
  if (/permission denied|is a directory/i.test(message)) return 126;
  return 125;
}
