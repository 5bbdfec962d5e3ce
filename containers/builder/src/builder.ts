/** The builder: plans a Dockerfile, builds its stages side by side, and stores the image. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Engine, Image, Logger } from "@skiff/engine";
import { hostPlatform, parsePlatform } from "@skiff/registry";
import type { FindAuth } from "./bases.ts";
import { type BuildCache, buildCache } from "./build-cache.ts";
import type { Report } from "./build-event.ts";
import { exportCache, importCache } from "./cache-image.ts";
import { type CachePlace, cacheName, loadCaches, saveCache } from "./cache-transfer.ts";
import { readDockerfile, readIgnoreFile } from "./context/build-files.ts";
import { parseDockerfile } from "./dockerfile/parse.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { type NamedContext, plan } from "./plan.ts";
import { platformArgs } from "./platform-args.ts";
import { type StageRunner, stageRunner } from "./stage-runner.ts";
import type { StageState } from "./stage-state.ts";
import { openStepCache, type StepCache } from "./step-cache.ts";
import { openCacheMounts } from "./steps/cache-mounts.ts";
import type { Lookup, RunOptions } from "./steps/step-deps.ts";
import { unusedArguments } from "./unused-arguments.ts";

/** What to build. */
export interface BuildRequest {
  /** Directory of the context. Nothing outside is read, whatever links in it say. */
  readonly context: string;
  /** Whether somebody may change the context meanwhile. A build that comes upon a change fails. */
  readonly contextIsLive?: boolean | undefined;
  /** Path of the Dockerfile in the context. Default "Dockerfile". */
  readonly dockerfile?: string | undefined;
  /** The Dockerfile itself, where it need not be in the context. The context then holds only what the build is to see. */
  readonly dockerfileText?: string | undefined;
  /** What `FROM name` and `--from=name` stand for besides stages and images: directories on this machine, or other images. */
  readonly namedContexts?: ReadonlyMap<string, NamedContext> | undefined;
  readonly target?: string | undefined;
  /** Values of ARG. SOURCE_DATE_EPOCH (seconds) bounds all times, so that equal sources give equal images. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** References the image is to be known by. */
  readonly tags?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly platform?: string | undefined;
  /** Run every step, whatever is cached. */
  readonly noCache?: boolean | undefined;
  /** Stages whose steps are run, whatever is cached. */
  readonly noCacheStages?: readonly string[] | undefined;
  /** Ask registries for newer base images. */
  readonly pull?: boolean | undefined;
  /** Credentials for base images, asked for when one is to be pulled. */
  readonly auth?: FindAuth | undefined;
  /** Contents for `--mount=type=secret`, by id. Kept in memory for as long as the build. */
  readonly secrets?: Lookup<Uint8Array> | undefined;
  /** Sockets for `--mount=type=ssh`, by id. */
  readonly sshAgents?: Lookup<string> | undefined;
  /** How containers of RUN differ from ordinary ones. */
  readonly run?: RunOptions | undefined;
  /** Step caches to use besides the builder's own. */
  readonly cacheFrom?: readonly CachePlace[] | undefined;
  /** Where the step cache of this build is to go. */
  readonly cacheTo?: readonly CachePlace[] | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds images. Builds may run at once; what they have in common is done once only by chance, but never wrongly. A build that
 * fails or is aborted leaves no image and no snapshot, but what its finished steps came to, for the next one.
 */
export interface Builder {
  /** Rejects with DockerfileError or RunFailedError for what the user can mend, else with the engine's error. */
  build(request: BuildRequest): Promise<Image>;
  /** Digests that a prune of the image store should keep. */
  readonly cachedDigests: StepCache["digests"];
  /** What is kept for later builds. */
  readonly kept: BuildCache;
}

/** What a builder needs. */
export interface BuilderOptions {
  readonly engine: Pick<Engine, "containers" | "content" | "images" | "snapshots">;
  /** Directory for the step cache and cache mounts. */
  readonly root: string;
  readonly log: Logger;
  readonly clock?: { now(): number } | undefined;
}

/** A file system in memory. */
const MEMORY = "/dev/shm";

/** Opens a builder on its directory. */
export async function createBuilder({ engine, root, log, clock = Date }: BuilderOptions): Promise<Builder> {
  const cache = await openStepCache(join(root, "steps"), engine);
  const cacheMounts = openCacheMounts(join(root, "cache-mounts"));
  const scratchRoot = join(root, "scratch");
  const memoryPrefix = `skiff-build-${createHash("sha256").update(root).digest("hex").slice(0, 16)}-`;
  // What a killed build left.
  await rm(scratchRoot, { recursive: true, force: true });
  for (const name of await readdir(MEMORY))
    if (name.startsWith(memoryPrefix)) await rm(join(MEMORY, name), { recursive: true, force: true });
  await mkdir(scratchRoot, { recursive: true });
  for (const { key } of await engine.snapshots.list()) if (key.startsWith("build-")) await engine.snapshots.remove(key);

  async function build(request: BuildRequest): Promise<Image> {
    const source = request.dockerfileText ?? (await readDockerfile(request));
    const platform =
      request.platform === undefined || request.platform === "" ? hostPlatform() : parsePlatform(request.platform);
    const { buildArgs = {}, report = () => undefined } = request;
    const file = parseDockerfile(source);
    const predefined = platformArgs(platform);
    const { target, namedContexts } = request;
    const planned = plan(file, { target, buildArgs, predefined, namedContexts });
    const epoch = epochOf(buildArgs);
    const abort = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, abort.signal]) : abort.signal;
    const ignore = request.dockerfileText === undefined ? await readIgnoreFile(request) : undefined;
    const scratch = await mkdtemp(join(scratchRoot, "build-"));
    const inMemory: string[] = [];
    const caches = await loadCaches({ engine, report, signal }, request.cacheFrom ?? []);
    const run = stageRunner({
      engine,
      planned,
      escapeChar: file.escapeChar,
      predefined,
      request,
      deps: {
        engine,
        cache,
        imports: importCache(engine, cache, caches.images),
        context: { root: request.context, ignore, isLive: request.contextIsLive === true },
        cacheMounts,
        secrets: request.secrets ?? new Map(),
        sshAgents: request.sshAgents ?? new Map(),
        scratch,
        memory: async () => {
          const directory = await mkdtemp(join(MEMORY, memoryPrefix));
          inMemory.push(directory);
          return directory;
        },
        run: request.run ?? {},
        useCache: request.noCache !== true,
        epoch,
        report,
        now: () => epoch ?? new Date(clock.now()),
        signal,
      },
    });
    try {
      const state = await run.target();
      const unused = unusedArguments(file, buildArgs);
      if (unused.length > 0)
        report({ type: "message", text: `[Warning] One or more build-args [${unused.join(" ")}] were not consumed` });
      const image = await store(epoch === undefined ? state : { ...state, created: epoch.toISOString() }, request);
      for (const place of request.cacheTo ?? []) await sendCache(run, place, request, signal);
      return image;
    } catch (error) {
      // The other stages must not outlive the first failure, nor may their snapshots be removed under them.
      abort.abort(error);
      throw error;
    } finally {
      await run.settle();
      for (const directory of [scratch, ...inMemory]) await rm(directory, { recursive: true, force: true });
      for (const name of caches.fetched) await engine.images.remove(name, { keep: await cache.digests() });
    }
  }

  async function sendCache(
    run: StageRunner,
    place: CachePlace,
    { report = () => undefined }: BuildRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const name = cacheName(place);
    await exportCache(engine, await run.states(), { name, platform: hostPlatform() });
    try {
      await saveCache({ engine, report, signal }, place);
    } finally {
      await engine.images.remove(name, { keep: await cache.digests() });
    }
  }

  async function store(state: StageState, { labels, tags = [] }: BuildRequest): Promise<Image> {
    const config =
      labels === undefined ? state.config : { ...state.config, Labels: { ...state.config.Labels, ...labels } };
    const image = {
      config: {
        os: state.platform.os,
        architecture: state.platform.architecture,
        ...(state.platform.variant === undefined ? {} : { variant: state.platform.variant }),
        created: state.created,
        ...(state.author === undefined ? {} : { author: state.author }),
        config,
        rootfs: { type: "layers" as const, diff_ids: state.layers.map(({ diffId }) => diffId) },
        history: state.history,
      },
      layers: state.layers.map(({ descriptor }) => descriptor),
    };
    const [first, ...others] = tags;
    const stored = await engine.images.put({ ...image, name: first });
    for (const tag of others) await engine.images.tag(tag, stored.manifest);
    log.info("Image was built", { image: stored.id, tags });
    return stored;
  }

  return { build, cachedDigests: () => cache.digests(), kept: buildCache(cache, cacheMounts) };
}

function epochOf({ SOURCE_DATE_EPOCH: text }: Readonly<Record<string, string>>): Date | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,11}$/.test(text)) throw new DockerfileError(`invalid SOURCE_DATE_EPOCH: ${text}`);
  return new Date(Number(text) * 1000);
}
