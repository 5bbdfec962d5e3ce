import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { type NftRunner, nftRunner } from "../nft.ts";

const run = promisify(execFile);

/** A node made of network namespaces: one with a bridge, one for each Pod on it, and a machine outside the cluster. */
export interface PodNetwork extends AsyncDisposable {
  readonly nft: NftRunner;
  /** Starts a TCP server on port 8080 of a Pod that greets with the Pod's name, or a UDP server that echoes it. */
  serve(pod: string, protocol?: "tcp" | "udp"): Promise<void>;
  /** Connects from a place and answers what the server said, or why there was no connection. */
  ask(from: string, address: string, o?: { readonly udp?: boolean; readonly sourcePort?: number }): Promise<string>;
  /** Runs a program at a place. */
  spawn(place: string, command: readonly string[]): ChildProcess;
  run(place: string, command: readonly string[]): Promise<string>;
}

/**
 * Builds the network: Pods `a`, `b`, … have 10.244.0.2, 10.244.0.3, …; the node is `node`, 10.244.0.1 towards the Pods and
 * 192.168.77.1 towards `outside`, 192.168.77.2. Needs root. Disposing of it removes everything.
 */
export async function podNetwork(pods: readonly string[]): Promise<PodNetwork> {
  const prefix = `sp${process.pid}-`;
  const ns = (place: string) => `${prefix}${place}`;
  const ip = (...args: string[]) => run("ip", args);
  const inside = (place: string, command: readonly string[]) => ["netns", "exec", ns(place), ...command];
  const children: ChildProcess[] = [];
  const places = ["node", "outside", ...pods];
  const network: PodNetwork = {
    nft: nftRunner(["ip", "netns", "exec", ns("node")]),
    async serve(pod, protocol = "tcp") {
      const listen =
        protocol === "tcp" ? "TCP-LISTEN:8080,fork,reuseaddr,backlog=64" : "UDP-RECVFROM:8080,fork,reuseaddr";
      const server = network.spawn(pod, ["socat", "-d", "-d", listen, `SYSTEM:echo ${pod} $SOCAT_PEERADDR`]);
      // socat says when it listens (TCP); for UDP it says that it receives.
      for await (const text of server.stderr ?? []) if (/listening on|receiving/.test(String(text))) break;
    },
    async ask(from, address, o = {}) {
      const source = o.sourcePort ? `,sourceport=${o.sourcePort}` : "";
      const peer = o.udp ? `UDP:${address}${source}` : `TCP:${address},connect-timeout=1${source}`;
      const client = network.spawn(from, ["socat", "-T", "5", "-", peer]);
      let said = "";
      let complaint = "";
      client.stdout?.on("data", (text) => {
        said += text;
        if (o.udp) client.kill();
      });
      client.stderr?.on("data", (text) => {
        complaint += text;
      });
      // A datagram may be lost on a loaded machine, and nobody but the sender can do something about it.
      let sent = 0;
      const send = () => sent++ < 10 && client.stdin?.write("x");
      const again = o.udp ? setInterval(send, 500) : undefined;
      if (o.udp) send();
      else client.stdin?.end();
      await once(client, "close");
      clearInterval(again);
      return said.trim() || (/refused|timed out|unreachable|No route/.exec(complaint)?.[0] ?? complaint.trim());
    },
    spawn(place, command) {
      const child = spawn("ip", inside(place, command), { stdio: "pipe" });
      children.push(child);
      return child;
    },
    async run(place, command) {
      return (await run("ip", inside(place, command))).stdout;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGKILL");
        await once(child, "close");
      }
      for (const place of places) await ip("netns", "del", ns(place)).catch(() => undefined);
    },
  };
  try {
    for (const place of places) await ip("netns", "add", ns(place));
    const at = (place: string, ...args: string[]) => ip("-n", ns(place), ...args);
    for (const place of places) await at(place, "link", "set", "lo", "up");
    await at("node", "link", "add", "br0", "type", "bridge");
    await at("node", "addr", "add", "10.244.0.1/24", "dev", "br0");
    await at("node", "link", "set", "br0", "up");
    for (const [index, pod] of pods.entries()) {
      await at("node", "link", "add", `v${pod}`, "type", "veth", "peer", "name", "eth0", "netns", ns(pod));
      await at("node", "link", "set", `v${pod}`, "master", "br0", "up");
      await network.run("node", ["bridge", "link", "set", "dev", `v${pod}`, "hairpin", "on"]);
      await at(pod, "addr", "add", `10.244.0.${index + 2}/24`, "dev", "eth0");
      await at(pod, "link", "set", "eth0", "up");
      await at(pod, "route", "add", "default", "via", "10.244.0.1");
    }
    await at("node", "link", "add", "out", "type", "veth", "peer", "name", "eth0", "netns", ns("outside"));
    await at("node", "addr", "add", "192.168.77.1/24", "dev", "out");
    await at("node", "link", "set", "out", "up");
    await at("outside", "addr", "add", "192.168.77.2/24", "dev", "eth0");
    await at("outside", "link", "set", "eth0", "up");
    await at("node", "route", "add", "default", "via", "192.168.77.2");
    await at("outside", "route", "add", "10.96.0.0/16", "via", "192.168.77.1");
    const settings = ["net.ipv4.ip_forward=1", "net.ipv4.conf.all.route_localnet=1"];
    await network.run("node", ["sysctl", "-qw", ...settings, "net.bridge.bridge-nf-call-iptables=1"]);
    return network;
  } catch (error) {
    await network[Symbol.asyncDispose]();
    throw error;
  }
}
