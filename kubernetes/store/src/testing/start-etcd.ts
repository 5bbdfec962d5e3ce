/** Real etcd members on loopback, for tests. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** A started cluster. */
export interface TestEtcd {
  /** Client addresses, `host:port`, one for each member. */
  readonly endpoints: readonly string[];
  /** Kills a member's process the hard way. */
  kill(member: number): Promise<void>;
  /** Starts a killed member again, with what it had stored. */
  restart(member: number): Promise<void>;
  /** Switches authentication on: this user may do anything under `prefix` and nothing else; root's password is "root". */
  requireUser(name: string, password: string, prefix: string): Promise<void>;
  /** Runs etcdctl and gives what it prints. */
  etcdctl(...args: readonly string[]): Promise<string>;
}

/** What may be different from one member without TLS. */
export interface TestEtcdOptions {
  readonly members?: number;
  /** Further arguments of each member. */
  readonly args?: readonly string[];
  readonly scheme?: "http" | "https";
}

/** Starts `etcd` (Debian's etcd-server) and ends it, with its files, after the test. Resolves when all members serve. */
export async function startEtcd(
  t: { after(fn: () => Promise<void>): void },
  { members = 1, args = [], scheme = "http" }: TestEtcdOptions = {},
): Promise<TestEtcd> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-etcd-"));
  const ports = await freePorts(members * 2);
  const nodes = Array.from({ length: members }, (_, i) => ({
    name: `m${i}`,
    client: `127.0.0.1:${ports[i * 2]}`,
    peer: `http://127.0.0.1:${ports[i * 2 + 1]}`,
  }));
  const running = new Map<number, ChildProcess>();
  const kill = async (member: number) => {
    const child = running.get(member);
    running.delete(member);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  t.after(async () => {
    await Promise.all(nodes.map((_, i) => kill(i)));
    await rm(directory, { recursive: true, force: true });
  });
  const start = async (member: number) => {
    const node = nodes[member];
    if (!node) throw new Error(`there is no member ${member}`);
    const child = spawn(
      "etcd",
      [
        ["--name", node.name],
        ["--data-dir", join(directory, node.name)],
        ["--listen-client-urls", `${scheme}://${node.client}`],
        ["--advertise-client-urls", `${scheme}://${node.client}`],
        ["--listen-peer-urls", node.peer],
        ["--initial-advertise-peer-urls", node.peer],
        ["--initial-cluster", nodes.map(({ name, peer }) => `${name}=${peer}`).join(",")],
        // A quick election: the tests kill leaders.
        ["--heartbeat-interval", "50", "--election-timeout", "500"],
        args,
      ].flat(),
      { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ETCD_UNSUPPORTED_ARCH: process.arch } },
    );
    running.set(member, child);
    const lines = createInterface({ input: child.stderr });
    const said: string[] = [];
    for await (const line of lines) {
      said.push(line);
      if (/ready to serve client requests/.test(line)) break;
    }
    if (!said.some((line) => /ready to serve client requests/.test(line))) {
      throw new Error(`etcd did not start:\n${said.slice(-5).join("\n")}`);
    }
    child.stderr.resume();
  };
  await Promise.all(nodes.map((_, i) => start(i)));
  const endpoints = nodes.map(({ client }) => client);
  const etcdctl = async (...command: readonly string[]): Promise<string> => {
    const env = { ...process.env, ETCDCTL_API: "3" };
    return (await promisify(execFile)("etcdctl", ["--endpoints", endpoints.join(","), ...command], { env })).stdout;
  };
  const requireUser = async (name: string, password: string, prefix: string): Promise<void> => {
    await etcdctl("user", "add", "root:root");
    await etcdctl("user", "grant-role", "root", "root");
    await etcdctl("user", "add", `${name}:${password}`);
    await etcdctl("role", "add", name);
    await etcdctl("role", "grant-permission", name, "readwrite", `${prefix}.`, `${prefix}0`);
    await etcdctl("user", "grant-role", name, name);
    await etcdctl("auth", "enable");
  };
  return { endpoints, kill, restart: start, requireUser, etcdctl };
}

/** Ports nobody listens on at present; all held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
