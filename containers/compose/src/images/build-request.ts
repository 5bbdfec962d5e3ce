/** From a service's `build` to a build of the API. Reads nothing but secrets. */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { ImageBuild } from "@skiff/docker/client/build";
import type { Build, Project, Service } from "../model.ts";
import type { BuildOptions } from "../operations/build.ts";
import { COMPOSE_VERSION, LABEL } from "../plan/labels.ts";
import { imageName } from "../plan/names.ts";

/** The build of a service's image, without where its output goes. Throws for what the API's builder cannot do, and for a context that is not there. */
export async function buildRequest(
  project: Project,
  service: Service,
  build: Build,
  options: Pick<BuildOptions, "noCache" | "pull" | "buildArguments" | "memory">,
): Promise<Omit<ImageBuild, "output">> {
  refuse(service.name, build);
  await requireContext(build.context);
  const platforms = build.platforms ?? [];
  const { dockerfile = "Dockerfile", dockerfile_inline: inline } = build;
  return {
    context: build.context,
    dockerfile:
      inline === undefined
        ? isAbsolute(dockerfile)
          ? dockerfile
          : join(build.context, dockerfile)
        : { text: Buffer.from(inline) },
    tags: [imageName(project, service), ...(build.tags ?? [])],
    buildArgs: { ...build.args, ...options.buildArguments },
    labels: {
      ...build.labels,
      [LABEL.version]: COMPOSE_VERSION,
      [LABEL.project]: project.name,
      [LABEL.service]: service.name,
    },
    target: build.target,
    platform: service.platform ?? (platforms.length === 1 ? platforms[0] : project.environment.DOCKER_DEFAULT_PLATFORM),
    noCache: options.noCache ?? build.no_cache ?? false,
    pull: options.pull ?? build.pull ?? false,
    secrets: await secretsOf(project, build),
    parameters: parameters(project, build, options.memory),
  };
}

/** These need BuildKit's sessions, or several machines. */
function refuse(name: string, build: Build): void {
  const refusal = (what: string): Error => new Error(`service "${name}": ${what} is not supported`);
  if (/^(?:[a-z+]+:\/\/|git@|github\.com\/)/.test(build.context))
    throw refusal(`the remote build context ${build.context}`);
  if ((build.platforms ?? []).length > 1) throw refusal("a build for several platforms");
  if (build.privileged || (build.entitlements ?? []).length > 0) throw refusal("a privileged build");
}

async function requireContext(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new Error(`unable to prepare context: path ${JSON.stringify(path)} not found`, { cause: error });
    throw error;
  }
}

async function secretsOf(project: Project, build: Build): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = (build.secrets ?? []).map(async ({ source, target = source }): Promise<[string, Uint8Array]> => {
    const secret = project.secrets[source];
    if (secret?.file !== undefined) return [target, await readFile(secret.file)];
    const value = secret?.environment === undefined ? undefined : project.environment[secret.environment];
    if (value !== undefined) return [target, Buffer.from(value)];
    throw new Error(`build.secrets only supports environment or file-based secrets: "${source}"`);
  });
  return new Map(await Promise.all(entries));
}

function parameters(project: Project, build: Build, memory: number | undefined): [string, string][] {
  const ulimits = Object.entries(build.ulimits ?? {}).map(([Name, limit]) =>
    typeof limit === "number" ? { Name, Soft: limit, Hard: limit } : { Name, Soft: limit.soft, Hard: limit.hard },
  );
  const agents = (build.ssh ?? []).map((text): [string, string] => {
    const [id = "default", path = project.environment.SSH_AUTH_SOCK ?? ""] = text.split("=");
    return [id, path];
  });
  const given: [string, string | undefined][] = [
    ["networkmode", build.network],
    ["shmsize", build.shm_size],
    ["isolation", build.isolation],
    ["memory", memory === undefined ? undefined : String(memory)],
    ["ulimits", ulimits.length === 0 ? undefined : JSON.stringify(ulimits)],
    ["cachefrom", build.cache_from === undefined ? undefined : JSON.stringify(build.cache_from.map(cachePlace))],
    ["cacheto", build.cache_to === undefined ? undefined : JSON.stringify(build.cache_to.map(cachePlace))],
    ["sshagents", agents.length === 0 ? undefined : JSON.stringify(Object.fromEntries(agents))],
    ...(build.extra_hosts ?? []).map((host): [string, string] => ["extrahosts", host.replace("=", ":")]),
  ];
  return given.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** `type=registry,ref=NAME` and `type=local,src=DIR`; a bare name is an image's. */
function cachePlace(text: string): string | object {
  if (!text.includes("=")) return text;
  const options = new Map(text.split(",").map((part) => part.split("=", 2) as [string, string]));
  const type = options.get("type") ?? "registry";
  return type === "local"
    ? { type, directory: options.get("src") ?? options.get("dest") }
    : { type, ref: options.get("ref") };
}
