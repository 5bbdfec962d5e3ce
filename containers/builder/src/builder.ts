/** The builder: plans a Dockerfile, builds its stages side by side, and stores the image. */

import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Engine, Image, Logger } from "@skiff/engine";
import { hostPlatform, parsePlatform } from "@skiff/registry";
import { findBase } from "./bases.ts";
import type { Report } from "./build-event.ts";
import { buildStage } from "./build-stage.ts";
import { type IgnorePatterns, parseIgnorePatterns } from "./context/ignore-patterns.ts";
import { parseDockerfile, parseTrigger } from "./dockerfile/parse.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { type BuildPlan, type PlannedStage, plan, type Source } from "./plan.ts";
import { resolveInRoot } from "./rootfs/resolve-in-root.ts";
import { continuedState, initialState, type StageState } from "./stage-state.ts";
import { openStepCache, type StepCache } from "./step-cache.ts";
import type { OpenSource, StepDeps } from "./steps/step-deps.ts";

/** What to build. */
export interface BuildRequest {
  /** Directory of the context. Nothing outside is read, whatever links in it say. */
  readonly context: string;
  /** Path of the Dockerfile in the context. Default "Dockerfile". */
  readonly dockerfile?: string | undefined;
  readonly target?: string | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** References the image is to be known by. */
  readonly tags?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly platform?: string | undefined;
  /** Run every step, whatever is cached. */
  readonly noCache?: boolean | undefined;
  /** Ask registries for newer base images. */
  readonly pull?: boolean | undefined;
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
}

/** What a builder needs. */
export interface BuilderOptions {
  readonly engine: Pick<Engine, "containers" | "content" | "images" | "snapshots">;
  /** Directory for the step cache and cache mounts. */
  readonly root: string;
  readonly log: Logger;
  readonly clock?: { now(): number } | undefined;
}

const MAX_IGNORE_FILE = 1024 * 1024;

/** Opens a builder on its directory. */
export async function createBuilder({ engine, root, log, clock = Date }: BuilderOptions): Promise<Builder> {
  const cache = await openStepCache(join(root, "steps"), engine);
  const scratchRoot = join(root, "scratch");
  // What a killed build left.
  await rm(scratchRoot, { recursive: true, force: true });
  await mkdir(scratchRoot, { recursive: true });
  for (const { key } of await engine.snapshots.list()) if (key.startsWith("build-")) await engine.snapshots.remove(key);

  async function build(request: BuildRequest): Promise<Image> {
    const source = await readDockerfile(request);
    const platform =
      request.platform === undefined || request.platform === "" ? hostPlatform() : parsePlatform(request.platform);
    const { buildArgs = {}, report = () => undefined } = request;
    const file = parseDockerfile(source);
    const predefined = platformArgs(platform);
    const planned = plan(file, { target: request.target, buildArgs, predefined });
    const abort = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, abort.signal]) : abort.signal;
    const scratch = await mkdtemp(join(scratchRoot, "build-"));
    const ignore = await readIgnoreFile(request);
    const run = stageRunner({
      planned,
      escapeChar: file.escapeChar,
      predefined,
      request,
      deps: {
        engine,
        cache,
        context: { root: request.context, ignore },
        cacheMounts: join(root, "cache-mounts"),
        scratch,
        useCache: request.noCache !== true,
        report,
        now: () => new Date(clock.now()),
        signal,
      },
    });
    try {
      const state = await run.target();
      return await store(state, request);
    } catch (error) {
      // The other stages must not outlive the first failure, nor may their snapshots be removed under them.
      abort.abort(error);
      throw error;
    } finally {
      await run.settle();
      await rm(scratch, { recursive: true, force: true });
    }
  }

  function stageRunner({ planned, escapeChar, predefined, request, deps }: StageRunnerOptions) {
    const states = new Map<number, Promise<StageState>>();
    const trees = new Map<string, Promise<string>>();
    const images = new Map<string, Promise<Image>>();
    const mounted: string[] = [];
    const firstSteps = countSteps(planned.stages);

    const imageOf = (name: string) =>
      remember(images, name, () =>
        findBase({ engine, pull: request.pull === true, report: deps.report, signal: deps.signal }, name),
      );
    const stateOf = (index: number): Promise<StageState> => {
      const stage = planned.stages.find((candidate) => candidate.index === index);
      if (stage === undefined) throw new DockerfileError(`stage ${index} is not part of the plan`);
      return remember(states, index, () => runStage(stage));
    };

    async function runStage(stage: PlannedStage): Promise<StageState> {
      const platform = stage.platform === undefined ? undefined : parsePlatform(stage.platform);
      const host = hostPlatform();
      if (platform !== undefined && (platform.os !== host.os || platform.architecture !== host.architecture)) {
        throw new DockerfileError(
          `stage ${stage.name} is for ${stage.platform}; only ${host.os}/${host.architecture} can be built here`,
        );
      }
      const firstStep = firstSteps.get(stage.index) ?? 1;
      deps.report({ type: "step", step: firstStep, of: planned.steps, text: fromText(stage) });
      const { start, triggers } = await startOf(stage);
      const globalArgs = (name: string) => planned.globalArgs.get(name) ?? predefined[name];
      return buildStage({ ...deps, open }, start, {
        stage,
        triggers: triggers.map(parseTrigger),
        escapeChar,
        buildArgs: request.buildArgs ?? {},
        globalArgs,
        firstStep,
        steps: planned.steps,
      });
    }

    async function startOf({ base }: PlannedStage): Promise<{ start: StageState; triggers: readonly string[] }> {
      if ("stage" in base) {
        const state = await stateOf(base.stage);
        return { start: continuedState(state), triggers: state.config.OnBuild ?? [] };
      }
      if ("scratch" in base) return { start: initialState(undefined, "", hostPlatform()), triggers: [] };
      const image = await imageOf(base.image);
      const chainId = await engine.snapshots.unpack(image, undefined, deps.signal);
      return { start: initialState(image, chainId, image.config), triggers: image.config.config?.OnBuild ?? [] };
    }

    async function open(source: Source): Promise<OpenSource> {
      if ("scratch" in source) throw new DockerfileError("cannot copy from scratch: it holds nothing");
      const chainId =
        "stage" in source
          ? (await stateOf(source.stage)).chainId
          : await engine.snapshots.unpack(await imageOf(source.image));
      return {
        identity: chainId,
        tree: async () => ({ root: await remember(trees, chainId, () => mountChain(chainId)) }),
      };
    }

    async function mountChain(chainId: string): Promise<string> {
      const key = `build-${randomUUID()}`;
      await engine.snapshots.prepare(key, chainId);
      mounted.push(key);
      return engine.snapshots.mount(key);
    }

    return {
      // All stages of the plan are needed; those that wait for nothing start at once.
      target: async () => {
        const all = planned.stages.map(({ index }) => stateOf(index));
        const results = await Promise.all(all);
        const last = results.at(-1);
        if (last === undefined) throw new DockerfileError("there is no stage to build");
        return last;
      },
      settle: async () => {
        await Promise.allSettled(states.values());
        for (const key of mounted) await engine.snapshots.remove(key);
      },
    };
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

  return { build, cachedDigests: () => cache.digests() };
}

interface StageRunnerOptions {
  readonly planned: BuildPlan;
  readonly escapeChar: string;
  readonly predefined: Readonly<Record<string, string>>;
  readonly request: BuildRequest;
  readonly deps: Omit<StepDeps, "open">;
}

function remember<K, V>(known: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

function countSteps(stages: readonly PlannedStage[]): Map<number, number> {
  let next = 1;
  const first = new Map<number, number>();
  for (const { index, instructions } of stages) {
    first.set(index, next);
    next += 1 + instructions.length;
  }
  return first;
}

function fromText({ base, name }: PlannedStage): string {
  const from = "image" in base ? base.image : "stage" in base ? `stage ${base.stage}` : "scratch";
  return /^\d+$/.test(name) ? `FROM ${from}` : `FROM ${from} AS ${name}`;
}

function platformArgs({
  os,
  architecture,
  variant,
}: {
  os: string;
  architecture: string;
  variant?: string | undefined;
}): Record<string, string> {
  const one = {
    OS: os,
    ARCH: architecture,
    VARIANT: variant ?? "",
    PLATFORM: variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`,
  };
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, value]) => [
      [`TARGET${name}`, value],
      [`BUILD${name}`, value],
    ]),
  );
}

async function readDockerfile({ context, dockerfile = "Dockerfile" }: BuildRequest): Promise<string> {
  const path = await resolveInRoot(context, dockerfile);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "EISDIR", "ENOTDIR"].includes(String(error.code))) {
      throw new DockerfileError(`Cannot locate specified Dockerfile: ${dockerfile}`, undefined, { cause: error });
    }
    throw error;
  }
}

async function readIgnoreFile({
  context,
  dockerfile = "Dockerfile",
}: BuildRequest): Promise<IgnorePatterns | undefined> {
  for (const name of [`${dockerfile}.dockerignore`, ".dockerignore"]) {
    try {
      const text = await readFile(await resolveInRoot(context, name), "utf8");
      if (text.length > MAX_IGNORE_FILE) throw new DockerfileError(`${name} is larger than ${MAX_IGNORE_FILE} bytes`);
      return parseIgnorePatterns(text);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return undefined;
}
