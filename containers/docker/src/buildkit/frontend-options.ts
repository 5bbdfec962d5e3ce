/** The attributes of BuildKit's Dockerfile frontend as the builder takes them. Pure. */
import type { BuildRequest, CachePlace } from "@skiff/builder";
import { hostPlatform, parsePlatform, RegistryError } from "@skiff/registry";
import type { CacheEntry } from "./builds.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";

/** A name that FROM and `--from` may use. */
export type NamedInput = { readonly local: string } | { readonly image: string };

/** What a client wants built. */
export interface FrontendOptions {
  readonly dockerfile: string;
  /** The directories of the client that hold the Dockerfile and the context. */
  readonly dockerfileName: string;
  readonly contextName: string;
  /** Whether the client says that its own Dockerfile counts, and not that of an uploaded context. */
  readonly hasOwnDockerfile: boolean;
  /** The address of the context where it is no directory. */
  readonly contextUrl: URL | undefined;
  readonly named: ReadonlyMap<string, NamedInput>;
  readonly build: Pick<
    BuildRequest,
    "buildArgs" | "labels" | "noCache" | "noCacheStages" | "platform" | "pull" | "run" | "target"
  >;
}

type Attributes = Readonly<Record<string, string>>;

/** Reads the attributes. `results` are the images that inputs stand for. Throws a GrpcError for what cannot be done here. */
export function frontendOptions(attrs: Attributes, results: ReadonlyMap<string, string>): FrontendOptions {
  if (attrs.requestid) throw new GrpcError(grpcCode.unknown, `unsupported request ${attrs.requestid}`);
  const hosts = list(attrs["add-hosts"]).map(extraHost);
  const shmSize = Number(attrs["shm-size"] ?? 0);
  return {
    dockerfile: attrs.filename || "Dockerfile",
    dockerfileName: attrs.dockerfilekey || "dockerfile",
    contextName: attrs.contextkey || "context",
    hasOwnDockerfile: Boolean(attrs.dockerfilekey),
    contextUrl: contextUrl(attrs.context),
    named: namedInputs(attrs, results),
    build: {
      target: attrs.target || undefined,
      buildArgs: withPrefix(attrs, "build-arg:"),
      labels: withPrefix(attrs, "label:"),
      noCache: attrs["no-cache"] === "",
      noCacheStages: list(attrs["no-cache"]),
      platform: platformOf(attrs.platform),
      pull: attrs["image-resolve-mode"] === "pull",
      run: {
        network: networkOf(attrs["force-network-mode"] ?? "", hosts.length > 0),
        extraHosts: hosts,
        rlimits: list(attrs.ulimit, ",").map(limit),
        ...(Number.isSafeInteger(shmSize) && shmSize > 0 ? { shmSize } : {}),
      },
    },
  };
}

/** Caches of registries, which are those that can be read and written here, and the others. */
export function cachePlaces(entries: readonly CacheEntry[]): { places: CachePlace[]; others: string[] } {
  return {
    places: entries.flatMap(({ type, attrs }) => (type === "registry" ? [{ type, ref: attrs.ref ?? "" }] : [])),
    others: entries.flatMap(({ type }) => (type === "registry" ? [] : [type])),
  };
}

function withPrefix(attrs: Attributes, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attrs).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

function namedInputs(attrs: Attributes, results: ReadonlyMap<string, string>): Map<string, NamedInput> {
  const inputs = new Map<string, NamedInput>();
  for (const [whole, value] of Object.entries(withPrefix(attrs, "context:"))) {
    // A name may be given for one platform alone: there is one here.
    const [name = ""] = whole.split("::");
    const [, scheme = "", rest = ""] = /^(local:|docker-image:\/\/|input:)(.+)$/.exec(value) ?? [];
    const result = scheme === "input:" ? results.get(rest) : undefined;
    if (scheme === "local:") inputs.set(name, { local: rest });
    else if (scheme === "input:" && result !== undefined) inputs.set(name, { image: result });
    else if (scheme === "docker-image://") inputs.set(name, { image: rest });
    else
      throw new GrpcError(
        grpcCode.unknown,
        `unsupported context source ${value} for ${name}: a directory or docker-image:// can be used`,
      );
  }
  return inputs;
}

function contextUrl(text: string | undefined): URL | undefined {
  if (text === undefined || text === "") return undefined;
  if (text.startsWith("http://buildkit-session/")) return new URL(text);
  throw new GrpcError(grpcCode.unknown, `remote contexts are not supported: ${text}`);
}

function platformOf(text: string | undefined): string | undefined {
  const [first, ...others] = list(text);
  if (first === undefined) return undefined;
  if (others.length > 0) throw new GrpcError(grpcCode.unknown, `multiple platforms are not supported: ${text}`);
  const host = hostPlatform();
  const platform = readPlatform(first);
  if (platform.os !== host.os || platform.architecture !== host.architecture)
    throw new GrpcError(
      grpcCode.unknown,
      `cannot build for ${first}: only ${host.os}/${host.architecture} can be built here`,
    );
  return first;
}

function readPlatform(text: string): ReturnType<typeof parsePlatform> {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (!(error instanceof RegistryError || error instanceof RangeError)) throw error;
    throw new GrpcError(grpcCode.invalidArgument, error.message, { cause: error });
  }
}

type RunOptions = NonNullable<BuildRequest["run"]>;

// A hosts file of its own takes a network of its own.
function networkOf(mode: string, hasHosts: boolean): RunOptions["network"] {
  if (mode === "host" || mode === "none") return mode;
  if (mode === "" || mode === "default" || mode === "sandbox") return hasHosts ? "bridge" : undefined;
  throw new GrpcError(grpcCode.invalidArgument, `network mode ${mode} is not supported`);
}

function extraHost(text: string): { name: string; address: string } {
  const [, name = "", address = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === "") throw new GrpcError(grpcCode.invalidArgument, `invalid add-hosts: ${text}`);
  return { name, address: address.replace(/^\[(.*)\]$/, "$1") };
}

function limit(text: string): NonNullable<RunOptions["rlimits"]>[number] {
  const [, name = "", soft = "", hard = soft] = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? [];
  if (name === "") throw new GrpcError(grpcCode.invalidArgument, `invalid ulimit: ${text}`);
  return { type: `RLIMIT_${name.toUpperCase()}`, soft: Number(soft), hard: Number(hard) };
}

function list(text: string | undefined, separator = ","): string[] {
  return (text ?? "").split(separator).filter((part) => part !== "");
}
