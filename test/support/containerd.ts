/** Debian's containerd, unpacked and run in directories of its own: another runtime for the kubelet to use. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const CACHE = new URL("../../.cache/containerd/", import.meta.url).pathname;
const PAUSE = "docker.io/library/pause:1";
const BRIDGE = "skt-containerd";
/** What containerd and its plug-ins make at fixed places; emptied by them, left behind. */
const FIXED = ["/run/containerd/s", "/run/containerd", "/var/lib/cni/results", "/var/lib/cni"];

/** A running containerd that has the image busybox. Disposing of it ends it and removes everything it made. */
export interface Containerd extends AsyncDisposable {
  /** `unix:///…/containerd.sock`. */
  readonly endpoint: string;
  /** A directory that goes with it. */
  readonly home: string;
}

/** Starts it with Debian's CNI plug-ins: a bridge in the host's network, Pods in 10.253.0.0/24. */
export async function startContainerd(): Promise<Containerd> {
  unpack();
  const foreign = FIXED.filter((path) => existsSync(path));
  const home = mkdtempSync(join(tmpdir(), "skiff-containerd-"));
  const socket = join(home, "containerd.sock");
  writeConfig(home, socket);
  const env = { ...process.env, PATH: `${CACHE}usr/bin:${process.env.PATH}` };
  const child = spawn(join(CACHE, "usr/bin/containerd"), ["--config", join(home, "config.toml")], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  const ctr = (...args: string[]) =>
    execFileSync(join(CACHE, "usr/bin/ctr"), ["--address", socket, "--namespace", "k8s.io", ...args], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      for (const task of ctr("task", "list", "--quiet").split("\n").filter(Boolean)) {
        ctr("task", "delete", "--force", task);
      }
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    if (existsSync(`/sys/class/net/${BRIDGE}`)) execFileSync("ip", ["link", "delete", BRIDGE]);
    for (const mount of execFileSync("findmnt", ["-rno", "TARGET"], { encoding: "utf8" }).split("\n").toReversed()) {
      if (mount.startsWith(home)) execFileSync("umount", ["-l", mount]);
    }
    rmSync(home, { recursive: true, force: true });
    for (const path of FIXED) {
      const isEmpty = existsSync(path) && readdirSync(path).length === 0;
      if (isEmpty && !foreign.includes(path)) rmdirSync(path);
    }
  };
  try {
    for (let tries = 0; !said.includes("containerd successfully booted"); tries++) {
      if (child.exitCode !== null || tries > 300) throw new Error(`containerd did not start:\n${said}`);
      await delay(100);
    }
    ctr("images", "import", "--snapshotter", "overlayfs", busyboxArchive(home));
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint: `unix://${socket}`, home, [Symbol.asyncDispose]: stop };
}

function writeConfig(home: string, socket: string): void {
  mkdirSync(join(home, "cni"));
  const network = {
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: BRIDGE,
        isGateway: true,
        ipMasq: false,
        ipam: {
          type: "host-local",
          dataDir: join(home, "addresses"),
          ranges: [[{ subnet: "10.253.0.0/24" }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  };
  writeFileSync(join(home, "cni/10-pods.conflist"), JSON.stringify(network));
  writeFileSync(
    join(home, "config.toml"),
    `version = 2
root = "${home}/root"
state = "${home}/state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "${home}/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CACHE}usr/lib/cni"
    conf_dir = "${home}/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "${home}/opt"
`,
  );
}

/** An archive as `docker save` writes it, with the machine's static busybox under the names busybox and pause. */
function busyboxArchive(home: string): string {
  const work = join(home, "image");
  const root = join(work, "root");
  for (const directory of ["bin", "etc", "tmp", "root"]) mkdirSync(join(root, directory), { recursive: true });
  copyFileSync("/bin/busybox", join(root, "bin/busybox"));
  const applets = "sh echo cat sleep true false ls id env hostname ip nc tty wc wget ps httpd".split(" ");
  for (const applet of applets) symlinkSync("busybox", join(root, "bin", applet));
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  execFileSync("tar", ["-C", root, "-cf", join(work, "layer.tar"), "."]);
  const digest = execFileSync("sha256sum", [join(work, "layer.tar")], { encoding: "utf8" }).slice(0, 64);
  const config = {
    architecture: "amd64",
    os: "linux",
    config: { Cmd: ["/bin/sleep", "2147483647"], Env: ["PATH=/bin"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
  };
  writeFileSync(join(work, "config.json"), JSON.stringify(config));
  const names = ["docker.io/library/busybox:latest", PAUSE];
  const manifest = [{ Config: "config.json", RepoTags: names, Layers: ["layer.tar"] }];
  writeFileSync(join(work, "manifest.json"), JSON.stringify(manifest));
  const archive = join(home, "busybox.tar");
  execFileSync("tar", ["-C", work, "-cf", archive, "manifest.json", "config.json", "layer.tar"]);
  return archive;
}

function unpack(): void {
  if (existsSync(join(CACHE, "usr/bin/containerd"))) return;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "skiff-deb-"));
  try {
    const packages = "containerd containernetworking-plugins";
    const script = `apt-get download ${packages} 2>/dev/null && for f in *.deb; do dpkg -x $f ${CACHE}; done`;
    execFileSync("sh", ["-c", script], { cwd: work });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
