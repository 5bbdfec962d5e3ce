/** dockerd from Debian's packages, unpacked and run in directories and a network namespace of its own: a peer to compare with. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const CACHE = new URL("../.cache/docker/", import.meta.url).pathname;
/** dockerd programs packets with iptables, which needs these. */
const PACKAGES = [
  "docker.io",
  "containerd",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libnetfilter-conntrack3",
  "libnfnetlink0",
  "libdevmapper1.02.1",
  "tini",
];

/** A running dockerd. Disposing of it ends it and removes everything it made. */
export interface DockerPeer extends AsyncDisposable {
  /** Value for `DOCKER_HOST`. */
  readonly host: string;
  readonly cli: string;
  /** Words before a command that is to run in dockerd's network. */
  readonly enter: readonly string[];
  readonly version: string;
}

/** What differs from an ordinary start. */
export interface DockerOptions {
  /** Words before the command. */
  readonly enter?: readonly string[];
  /** Leaves it in the machine's network, without bridge and rules: its builds reach what the machine reaches. Default: a namespace of its own. */
  readonly inHostNetwork?: boolean;
}

/** Path below the control groups' hierarchies where this process's dockerd puts containers. */
export const DOCKER_GROUP = `bench-dockerd-${process.pid}`;

/** Starts dockerd; the network namespace keeps its bridge and rules away from this machine's. */
export async function startDocker({ enter = [], inHostNetwork = false }: DockerOptions = {}): Promise<DockerPeer> {
  unpack();
  const home = mkdtempSync(join(tmpdir(), "skiff-dockerd-"));
  const namespace = inHostNetwork ? undefined : `skiff-bench-${process.pid}`;
  if (namespace !== undefined) {
    execFileSync("ip", ["netns", "add", namespace]);
    execFileSync("ip", ["-n", namespace, "link", "set", "lo", "up"]);
  }
  const socket = join(home, "docker.sock");
  const env = {
    ...process.env,
    PATH: `${CACHE}usr/bin:${CACHE}usr/sbin:${process.env.PATH}`,
    LD_LIBRARY_PATH: `${CACHE}usr/lib/x86_64-linux-gnu:${CACHE}lib/x86_64-linux-gnu`,
    XTABLES_LIBDIR: `${CACHE}usr/lib/x86_64-linux-gnu/xtables`,
  };
  const args = ["--data-root", join(home, "data"), "--exec-root", join(home, "exec"), "--pidfile", join(home, "pid")];
  args.push("--cgroup-parent", `/${DOCKER_GROUP}`, "--host", `unix://${socket}`);
  if (inHostNetwork) args.push("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false");
  // Not `ip netns exec`: that mounts a /sys without the control groups.
  const inNamespace = namespace === undefined ? [] : ["nsenter", `--net=/run/netns/${namespace}`];
  const [command = "dockerd", ...words] = [...enter, ...inNamespace, "dockerd", ...args];
  // A pipe would fill, and hold dockerd up, while a benchmark waits for a command and reads nothing.
  const log = join(home, "dockerd.log");
  const output = openSync(log, "w");
  const child = spawn(command, words, { env, stdio: ["ignore", "ignore", output] });
  closeSync(output);
  const host = `unix://${socket}`;
  const cli = join(CACHE, "usr/bin/docker");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    if (namespace !== undefined) execFileSync("ip", ["netns", "delete", namespace]);
    for (const mount of execFileSync("findmnt", ["-rno", "TARGET"], { encoding: "utf8" }).split("\n").toReversed()) {
      if (mount.startsWith(home)) execFileSync("umount", ["-l", mount]);
    }
    rmSync(home, { recursive: true, force: true });
    // BuildKit leaves groups of its own, in the place of its own and below.
    const groups = [`${DOCKER_GROUP}/**/`, "docker/buildkit"].flatMap((path) => globSync(`/sys/fs/cgroup/*/${path}`));
    for (const group of groups.sort().toReversed()) rmdirSync(group);
  };
  for (let tries = 0; !readFileSync(log, "utf8").includes("API listen on"); tries++) {
    if (child.exitCode !== null || tries > 300) {
      const said = readFileSync(log, "utf8");
      await stop();
      throw new Error(`dockerd did not start:\n${said}`);
    }
    await delay(100);
  }
  const version = execFileSync(cli, ["version", "--format", "{{.Server.Version}}"], {
    env: { ...env, DOCKER_HOST: host },
    encoding: "utf8",
  });
  return { host, cli, enter: inNamespace, version: version.trim(), [Symbol.asyncDispose]: stop };
}

function unpack(): void {
  if (existsSync(join(CACHE, "usr/sbin/dockerd"))) return;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "skiff-deb-"));
  try {
    // What the packages' own install scripts would have linked.
    const link = ["iptables", "ip6tables"].map((name) => `ln -sf ${name}-nft ${CACHE}usr/sbin/${name}`).join(" && ");
    execFileSync(
      "sh",
      [
        "-c",
        `apt-get download ${PACKAGES.join(" ")} 2>/dev/null && for f in *.deb; do dpkg -x $f ${CACHE}; done && ${link}`,
      ],
      { cwd: work },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
