/** The stages of a build, side by side where nothing orders them. */
import { randomUUID } from "node:crypto";
import type { Engine, Image } from "@skiff/engine";
import { hostPlatform, parsePlatform } from "@skiff/registry";
import { findBase } from "./bases.ts";
import { buildStage, makesFiles } from "./build-stage.ts";
import type { BuildRequest } from "./builder.ts";
import { findSources, hashSources } from "./context/file-tree.ts";
import { parseTrigger } from "./dockerfile/parse.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { type BuildPlan, type PlannedStage, type Source, triggerSources } from "./plan.ts";
import { continuedState, initialState, type StageState } from "./stage-state.ts";
import type { OpenSource, StepDeps } from "./steps/step-deps.ts";

/** What stages are run with. */
export interface StageRunnerOptions {
  readonly engine: Pick<Engine, "images" | "snapshots">;
  readonly planned: BuildPlan;
  readonly escapeChar: string;
  readonly predefined: Readonly<Record<string, string>>;
  readonly request: Pick<BuildRequest, "auth" | "buildArgs" | "noCacheStages" | "pull">;
  readonly deps: Omit<StepDeps, "open">;
}

/** Stages under way. */
export interface StageRunner {
  /** The state at the end of the plan's target. */
  target(): Promise<StageState>;
  /** The ends of all stages that were reached. */
  states(): Promise<StageState[]>;
  /** Waits for stages that still run, and takes away what was mounted for them. */
  settle(): Promise<void>;
}

/** Runs the stages of a plan, each once, as soon as what it needs is there. */
export function stageRunner({
  engine,
  planned,
  escapeChar,
  predefined,
  request,
  deps,
}: StageRunnerOptions): StageRunner {
  const states = new Map<number, Promise<StageState>>();
  const trees = new Map<string, Promise<string>>();
  const images = new Map<string, Promise<Image>>();
  const mounted: string[] = [];
  const firstSteps = countSteps(planned.stages);

  const imageOf = (name: string) =>
    remember(images, name, () =>
      findBase(
        { engine, pull: request.pull === true, auth: request.auth, report: deps.report, signal: deps.signal },
        name,
      ),
    );
  const stateOf = (index: number): Promise<StageState> => {
    const stage = [...planned.stages, ...planned.others].find((candidate) => candidate.index === index);
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
    // A stage that goes on from another one has nothing to fetch.
    const place = {
      name: stage.name,
      at: "stage" in stage.base ? 0 : 1,
      of: 1 + stage.instructions.filter(makesFiles).length,
    };
    deps.report({ type: "step", step: firstStep, of: planned.steps, text: fromText(stage), stage: place });
    const { start, triggers: texts } = await startOf(stage);
    const triggers = texts.map(parseTrigger);
    const sources = new Map([...stage.sources, ...triggerSources(planned, stage.index, triggers)]);
    const globalArgs = (name: string) => planned.globalArgs.get(name) ?? predefined[name];
    const useCache = deps.useCache && !request.noCacheStages?.includes(stage.name);
    return buildStage({ ...deps, open, useCache }, start, {
      stage: { ...stage, sources },
      triggers,
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
    if ("directory" in base) throw new DockerfileError("a stage cannot begin with a directory");
    if ("scratch" in base) return { start: initialState(undefined, "", hostPlatform()), triggers: [] };
    const image = await imageOf(base.image);
    const chainId = await engine.snapshots.unpack(image, undefined, deps.signal);
    return { start: initialState(image, chainId, image.config), triggers: image.config.config?.OnBuild ?? [] };
  }

  async function open(source: Source): Promise<OpenSource> {
    if ("directory" in source) {
      const tree = { root: source.directory };
      const found = await findSources(tree, "/");
      return { identity: await hashSources(tree, found), tree: async () => tree };
    }
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
    states: async () =>
      (await Promise.allSettled(states.values())).flatMap((one) => ("value" in one ? [one.value] : [])),
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
