/** The parameters of POST /build as the builder takes them: those of Docker's classic builder, and a few of ours. */
import type { BuildRequest, CachePlace } from "@skiff/builder";
import type { RegistryAuth } from "@skiff/engine";
import { parseReference } from "@skiff/registry";
import { type Call, flag } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";

type Options = Pick<
  BuildRequest,
  | "auth"
  | "buildArgs"
  | "cacheFrom"
  | "cacheTo"
  | "dockerfile"
  | "labels"
  | "noCache"
  | "platform"
  | "pull"
  | "run"
  | "sshAgents"
  | "tags"
  | "target"
>;

/** Reads the query and headers. Throws 400 for what is malformed, or cannot be done here. */
export function buildOptions(call: Call): Options {
  const { query } = call;
  if (query.get("version") === "2") throw new DockerError(400, "BuildKit is not supported: set DOCKER_BUILDKIT=0");
  if ((query.get("remote") ?? "") !== "")
    throw new DockerError(400, "remote contexts are not supported: send the context as a tar");
  if (flag(call, "squash")) throw new DockerError(400, "squash is only supported with experimental mode");
  const isolation = query.get("isolation") ?? "";
  if (isolation !== "" && isolation !== "default") throw new DockerError(400, `Unsupported isolation: "${isolation}"`);
  const auth = credentials(call);
  const place = (value: CachePlace): CachePlace =>
    value.type === "registry" ? { ...value, auth: auth(value.ref) } : value;
  return {
    auth,
    dockerfile: query.get("dockerfile") || "Dockerfile",
    target: query.get("target") || undefined,
    buildArgs: strings(query, "buildargs"),
    labels: strings(query, "labels"),
    platform: query.get("platform") || undefined,
    noCache: flag(call, "nocache"),
    pull: flag(call, "pull"),
    tags: query.getAll("t").filter((tag) => tag !== ""),
    cacheFrom: places(query, "cachefrom").map(place),
    cacheTo: places(query, "cacheto").map(place),
    run: runOptions(query),
    sshAgents: new Map(Object.entries(strings(query, "sshagents") ?? {})),
  };
}

function runOptions(query: URLSearchParams): BuildRequest["run"] {
  const memory = number(query, "memory");
  if (memory !== undefined && memory !== 0 && memory < 6 * 2 ** 20)
    throw new DockerError(400, "Minimum memory limit allowed is 6MB");
  const shmSize = number(query, "shmsize");
  const extraHosts = query.getAll("extrahosts").filter((text) => text !== "");
  return {
    network: networkOf(query.get("networkmode") ?? "", extraHosts.length > 0),
    resources: {
      memory,
      memorySwap: number(query, "memswap"),
      cpuShares: number(query, "cpushares"),
      cpuQuota: number(query, "cpuquota"),
      cpuPeriod: number(query, "cpuperiod"),
      cpusetCpus: query.get("cpusetcpus") || undefined,
      cpusetMems: query.get("cpusetmems") || undefined,
    },
    ...(shmSize === undefined || shmSize === 0 ? {} : { shmSize }),
    extraHosts: extraHosts.map(extraHost),
    rlimits: limits(query),
  };
}

// A hosts file of its own takes a network of its own.
function networkOf(mode: string, hasHosts: boolean): NonNullable<BuildRequest["run"]>["network"] {
  if (mode === "" || mode === "default") return hasHosts ? "bridge" : undefined;
  if (mode === "host" || mode === "none" || mode === "bridge") return mode;
  if (mode.startsWith("container:")) return { container: mode.slice("container:".length) };
  return { networks: [{ network: mode }] };
}

function extraHost(text: string): { name: string; address: string } {
  const [, name = "", address = ""] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
  if (name === "") throw new DockerError(400, `bad format for add-host: "${text}"`);
  return { name, address: address.replace(/^\[(.*)\]$/, "$1") };
}

function limits(query: URLSearchParams): NonNullable<NonNullable<BuildRequest["run"]>["rlimits"]> {
  const value = json(query, "ulimits");
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new DockerError(400, "invalid ulimits: not a list");
  return value.map((limit: { Name?: unknown; Soft?: unknown; Hard?: unknown }) => {
    if (typeof limit?.Name !== "string" || typeof limit.Soft !== "number" || typeof limit.Hard !== "number")
      throw new DockerError(400, "invalid ulimits: each needs Name, Soft and Hard");
    return { type: `RLIMIT_${limit.Name.toUpperCase()}`, soft: limit.Soft, hard: limit.Hard };
  });
}

/** Caches: image references, or `{"type": "local", "directory": "/…"}` for a directory on this machine. */
function places(query: URLSearchParams, name: string): CachePlace[] {
  const value = json(query, name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new DockerError(400, `invalid ${name}: not a list`);
  return value.map((item: unknown): CachePlace => {
    if (typeof item === "string") return { type: "registry", ref: item };
    const { type, ref, directory } = (item ?? {}) as { type?: unknown; ref?: unknown; directory?: unknown };
    if (type === "registry" && typeof ref === "string") return { type, ref };
    if (type === "local" && typeof directory === "string" && directory.startsWith("/")) return { type, directory };
    throw new DockerError(400, `invalid ${name}: ${JSON.stringify(item)}`);
  });
}

/** Credentials of the X-Registry-Config header, base64url of `{"<registry>": {"username": …, "password": …}}`: for this call only. */
function credentials(call: Call): (reference: string) => RegistryAuth | undefined {
  const header = call.header("x-registry-config") ?? "";
  let value: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {};
  try {
    if (header !== "") value = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  } catch (error) {
    // Not passed on as the cause: the message would quote the credentials.
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, "invalid X-Registry-Config header: not base64url of JSON");
  }
  return (reference) => {
    const { registry } = parseReference(reference);
    const keys = registry === "docker.io" ? ["https://index.docker.io/v1/", "docker.io"] : [registry];
    const found = keys.map((key) => value?.[key] ?? value?.[`https://${key}`]).find((one) => one !== undefined);
    if (found === undefined) return undefined;
    const text = (name: string) => (typeof found[name] === "string" && found[name] !== "" ? found[name] : undefined);
    return {
      username: text("username"),
      password: text("password"),
      identityToken: text("identitytoken"),
      registryToken: text("registrytoken"),
    };
  };
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new DockerError(400, `invalid ${name}: ${JSON.stringify(text)}`);
  return Number(text);
}

// A map of texts; a null value, which takes the client's environment variable, was resolved by the client.
function strings(query: URLSearchParams, name: string): Record<string, string> | undefined {
  const value = json(query, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw new DockerError(400, `invalid ${name}: not an object`);
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function json(query: URLSearchParams, name: string): unknown {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, `invalid ${name}: ${error.message}`, { cause: error });
  }
}
