/** podman and buildah from Debian's packages, unpacked and run in directories and a network namespace of their own: peers to compare with. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CACHE = new URL("../.cache/podman/", import.meta.url).pathname;
const DOCKER = new URL("../.cache/docker/", import.meta.url).pathname;
const PACKAGES = [
  ...["podman", "buildah", "golang-github-containers-common", "golang-github-containers-image"],
  ...["netavark", "aardvark-dns", "libgpgme11", "libassuan0", "libgpg-error0", "libsubid4", "libdevmapper1.02.1"],
];
/** What it makes at fixed places. */
const FIXED = ["/run/containers", "/run/libpod", "/var/lib/containers", "/var/lib/cni"];
const LIBRARIES = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"];

/** Podman without a daemon. Disposing of it removes everything it made. */
export interface PodmanPeer extends Disposable {
  /** Words before podman's and buildah's own. */
  readonly enter: readonly string[];
  readonly podman: string;
  readonly buildah: string;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
}

/** Prepares the directories; iptables is docker-peer's. */
export function preparePodman(): PodmanPeer {
  unpack();
  const own = FIXED.filter((path) => !existsSync(path));
  const home = mkdtempSync(join(tmpdir(), "skiff-podman-"));
  const namespace = `skiff-podman-${process.pid}`;
  execFileSync("ip", ["netns", "add", namespace]);
  execFileSync("ip", ["-n", namespace, "link", "set", "lo", "up"]);
  const write = (name: string, text: string): string => {
    const path = join(home, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  write(".config/containers/policy.json", '{"default":[{"type":"insecureAcceptAnything"}]}');
  const env = {
    ...process.env,
    HOME: home,
    PATH: `${CACHE}usr/bin:${DOCKER}usr/sbin:${process.env.PATH}`,
    LD_LIBRARY_PATH: [CACHE, DOCKER].flatMap((root) => LIBRARIES.map((path) => root + path)).join(":"),
    XTABLES_LIBDIR: `${DOCKER}usr/lib/x86_64-linux-gnu/xtables`,
    CONTAINERS_CONF: write("containers.conf", configuration(home)),
    CONTAINERS_STORAGE_CONF: write(
      "storage.conf",
      `[storage]\ndriver = "overlay"\ngraphroot = "${home}/data"\nrunroot = "${home}/run"\n`,
    ),
    CONTAINERS_REGISTRIES_CONF: write("registries.conf", "unqualified-search-registries = []\n"),
    REGISTRY_AUTH_FILE: write("auth.json", "{}"),
    BUILDAH_ISOLATION: "oci",
  };
  const podman = join(CACHE, "usr/bin/podman");
  const version = execFileSync(podman, ["version", "--format", "{{.Client.Version}}"], { env, encoding: "utf8" });
  const enter = ["nsenter", `--net=/run/netns/${namespace}`];
  return {
    enter,
    ...{ podman, buildah: join(CACHE, "usr/bin/buildah"), env, version: version.trim() },
    [Symbol.dispose]() {
      execFileSync(podman, ["rm", "--all", "--force", "--time", "0"], { env, stdio: "ignore" });
      execFileSync("ip", ["netns", "delete", namespace]);
      for (const mount of execFileSync("findmnt", ["-rno", "TARGET"], { encoding: "utf8" }).split("\n").toReversed()) {
        if (mount.startsWith(home)) execFileSync("umount", ["-l", mount]);
      }
      for (const path of [home, ...own]) rmSync(path, { recursive: true, force: true });
      const groups = globSync("/sys/fs/cgroup/*/libpod_parent/**/");
      for (const group of groups.sort().toReversed()) rmdirSync(group);
    },
  };
}

function configuration(home: string): string {
  return `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "${home}/tmp"
helper_binaries_dir = ["${CACHE}usr/lib/podman"]
[network]
network_backend = "netavark"
network_config_dir = "${home}/net"
[containers]
seccomp_profile = "${CACHE}usr/share/containers/seccomp.json"
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
`;
}

function unpack(): void {
  if (existsSync(join(CACHE, "usr/bin/podman"))) return;
  mkdirSync(CACHE, { recursive: true });
  const script = `apt-get download ${PACKAGES.join(" ")} 2>/dev/null && for f in *.deb; do dpkg -x $f . && rm $f; done`;
  execFileSync("sh", ["-c", script], { cwd: CACHE, stdio: ["ignore", "ignore", "inherit"] });
}
