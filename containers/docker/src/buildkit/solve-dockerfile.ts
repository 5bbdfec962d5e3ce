/** The Dockerfile frontend: fetches from the client what the build is made of, and has it built. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Builder,
  type BuildRequest,
  type CachePlace,
  DockerfileError,
  type FindAuth,
  ignoreLines,
  type NamedContext,
  parseDockerfile,
  plan,
  platformArgs,
  readContextFile,
} from "@skiff/builder";
import { type Engine, type Image, isSystemError } from "@skiff/engine";
import { hostPlatform } from "@skiff/registry";
import { type BuiltFile, buildFailure } from "./build-failure.ts";
import { buildProgress } from "./build-progress.ts";
import type { CacheEntry } from "./builds.ts";
import { contextPaths } from "./context-paths.ts";
import { cachePlaces, type FrontendOptions, frontendOptions } from "./frontend-options.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import type { Progress, Vertex } from "./progress.ts";
import { fetchFiles, fetchUpload } from "./session-files.ts";
import { sessionAgents, sessionAuth, sessionSecrets } from "./session-lookups.ts";
import type { Session } from "./sessions.ts";

/** What a build is made with. */
export interface SolveDeps {
  readonly builder: Pick<Builder, "build">;
  readonly images: Pick<Engine["images"], "get">;
  /** Directory for what clients send. */
  readonly scratch: string;
}

/** What is to be built, and for whom. */
export interface SolveInput {
  readonly session: Session;
  readonly progress: Progress;
  /** The frontend's attributes. */
  readonly attrs: Readonly<Record<string, string>>;
  /** Images that inputs stand for, by their ids. */
  readonly results: ReadonlyMap<string, string>;
  readonly tags: readonly string[];
  readonly cacheFrom: readonly CacheEntry[];
  readonly cacheTo: readonly CacheEntry[];
  readonly signal: AbortSignal;
}

/** Builds the image. Rejects with a GrpcError that tells what went wrong as BuildKit would. */
export async function solveDockerfile(deps: SolveDeps, input: SolveInput): Promise<Image> {
  const { session, progress, attrs, tags, signal } = input;
  let file: BuiltFile | undefined;
  let stages = 1;
  const events = buildProgress(progress, () => stages);
  const scratch = await mkdtemp(join(deps.scratch, "buildkit-"));
  await using agents = sessionAgents(session, scratch, signal);
  try {
    const options = frontendOptions(attrs, input.results);
    const inputs = await fetchInputs(deps, input, options, scratch);
    file = { name: options.dockerfile, text: inputs.dockerfileText };
    stages = parseDockerfile(inputs.dockerfileText).stages.length;
    const auth = sessionAuth(session, signal);
    return await deps.builder.build({
      ...options.build,
      ...inputs,
      tags,
      auth,
      ...(await caches(input, auth)),
      secrets: sessionSecrets(session, signal),
      sshAgents: agents,
      report: events.report,
      signal,
    });
  } catch (error) {
    const failure = buildFailure(error, file);
    events.fail(failure.message);
    throw failure;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** An inline cache is none: what steps came to is not kept in images. Neither is a build wrong that finds no cache. */
async function caches(
  { cacheFrom, cacheTo, progress }: SolveInput,
  auth: FindAuth,
): Promise<Pick<BuildRequest, "cacheFrom" | "cacheTo">> {
  const [from, to] = [cachePlaces(cacheFrom), cachePlaces(cacheTo)];
  const lost = to.others.find((type) => type !== "inline");
  if (lost !== undefined)
    throw new GrpcError(grpcCode.unknown, `cannot export a cache of type ${lost}: use type=registry`);
  for (const type of [...from.others, ...to.others]) progress.vertex(`caches of type ${type} are passed over`).end();
  const withAuth = (places: readonly CachePlace[]) =>
    Promise.all(
      places.map(async (place) => (place.type === "registry" ? { ...place, auth: await auth(place.ref) } : place)),
    );
  return { cacheFrom: await withAuth(from.places), cacheTo: await withAuth(to.places) };
}

interface Inputs {
  readonly context: string;
  readonly dockerfileText: string;
  readonly namedContexts: ReadonlyMap<string, NamedContext>;
}

async function fetchInputs(
  { images }: SolveDeps,
  input: SolveInput,
  options: FrontendOptions,
  scratch: string,
): Promise<Inputs> {
  const { session, progress, signal } = input;
  const context = join(scratch, "context");
  const { contextUrl, named } = options;
  const namedContexts = new Map<string, NamedContext>();
  let dockerfileText: string;
  if (contextUrl === undefined) {
    const directory = join(scratch, "dockerfile");
    dockerfileText = await fetchDockerfile(input, options, directory);
    const ignored = await fetchIgnored(input, options, directory, join(scratch, "ignore"));
    const paths = await usedPaths(images, dockerfileText, options);
    if (paths?.length === 0) await mkdir(context);
    else
      await transfer(progress, "[internal] load build context", "transferring context:", async (count) => {
        const wanted = { name: options.contextName, paths, excludes: ignored };
        await fetchFiles(session, context, { ...wanted, progress: count, signal });
      });
  } else {
    await transfer(progress, `[internal] load remote build context`, "transferring context:", async () =>
      fetchUpload(session, context, contextUrl, signal),
    );
    dockerfileText = options.hasOwnDockerfile
      ? await fetchDockerfile(input, options, join(scratch, "dockerfile"))
      : await readDockerfileIn(context, options.dockerfile);
  }
  for (const [name, source] of named) {
    if ("image" in source) {
      namedContexts.set(name, source);
      continue;
    }
    const directory = join(scratch, `named-${namedContexts.size}`);
    await transfer(progress, `[context ${name}] load from client`, `transferring ${name}:`, async (count) =>
      fetchFiles(session, directory, { name: source.local, progress: count, signal }),
    );
    namedContexts.set(name, { directory });
  }
  return { context, dockerfileText, namedContexts };
}

/** The paths of the context that the build can use; undefined for all. What triggers of images that are not here use, nobody knows. */
async function usedPaths(
  images: SolveDeps["images"],
  dockerfileText: string,
  { build: { target, buildArgs }, named }: FrontendOptions,
): Promise<readonly string[] | undefined> {
  const predefined = platformArgs(hostPlatform());
  const planned = plan(parseDockerfile(dockerfileText), { target, buildArgs, predefined });
  for (const { base } of planned.stages) {
    if (!("image" in base)) continue;
    const source = named.get(base.image);
    const image = await images.get(source !== undefined && "image" in source ? source.image : base.image);
    if (image === undefined || (image.config.config?.OnBuild ?? []).length > 0) return undefined;
  }
  return contextPaths(planned);
}

async function fetchDockerfile(
  { session, progress, signal }: SolveInput,
  { dockerfile, dockerfileName }: FrontendOptions,
  directory: string,
): Promise<string> {
  const named = [dockerfile, `${dockerfile}.dockerignore`];
  const paths = dockerfile === "Dockerfile" ? [...named, "dockerfile"] : named;
  await transfer(
    progress,
    `[internal] load build definition from ${dockerfile}`,
    "transferring dockerfile:",
    async (count) => fetchFiles(session, directory, { name: dockerfileName, paths, progress: count, signal }),
  );
  return readDockerfileIn(directory, dockerfile);
}

/** The patterns of what the context leaves out: the Dockerfile's own list, else the context's. */
async function fetchIgnored(
  { session, progress, signal }: SolveInput,
  { dockerfile, contextName }: FrontendOptions,
  fetched: string,
  directory: string,
): Promise<string[]> {
  const own = await readIfThere(fetched, `${dockerfile}.dockerignore`);
  if (own !== undefined) return patternsOf(own);
  await transfer(progress, "[internal] load .dockerignore", "transferring context:", async (count) =>
    fetchFiles(session, directory, { name: contextName, paths: [".dockerignore"], progress: count, signal }),
  );
  return patternsOf((await readIfThere(directory, ".dockerignore")) ?? "");
}

/** As clients of BuildKit's take them: without the slash that patterns may begin with. */
function patternsOf(text: string): string[] {
  return ignoreLines(text).map((line) => line.replace(/^(!?)\s*\/+/, "$1"));
}

async function readDockerfileIn(directory: string, name: string): Promise<string> {
  const text =
    (await readIfThere(directory, name)) ??
    (name === "Dockerfile" ? await readIfThere(directory, "dockerfile") : undefined);
  if (text === undefined)
    throw new DockerfileError(`failed to read dockerfile: open ${name}: no such file or directory`);
  return text;
}

async function readIfThere(directory: string, name: string): Promise<string | undefined> {
  try {
    return await readContextFile(directory, name);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EISDIR")) return undefined;
    throw error;
  }
}

async function transfer(
  progress: Progress,
  name: string,
  what: string,
  fetch: (count: (bytes: number) => void) => Promise<void>,
): Promise<void> {
  const vertex: Vertex = progress.vertex(name);
  let bytes = 0;
  let told = 0;
  await fetch((current) => {
    bytes = current;
    // Every packet would be told, else.
    if (bytes - told < 1024 * 1024) return;
    told = bytes;
    vertex.status(what, { current });
  });
  vertex.status(what, { current: bytes, isDone: true });
  vertex.end();
}
