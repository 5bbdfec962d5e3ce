/** From a Dockerfile to what must be built: which stages, from what, in which order. Pure. */

import { expand } from "./dockerfile/expand.ts";
import type { Copy, Dockerfile, Instruction, Run, Stage } from "./dockerfile/instruction.ts";
import { mountOptions } from "./dockerfile/mount-options.ts";
import { DockerfileError } from "./dockerfile-error.ts";

/** Where files come from: another stage of the plan, an image, nothing, or a directory on this machine. */
export type Source =
  | { readonly stage: number }
  | { readonly image: string }
  | { readonly scratch: true }
  | { readonly directory: string };

/** What a name stands for by the word of whoever asks for the build. It comes before stages of that name. */
export type NamedContext = { readonly image: string } | { readonly directory: string };

/** A stage to build. */
export interface PlannedStage {
  /** Its place in the Dockerfile, from 0. */
  readonly index: number;
  /** Its name there, or its place. */
  readonly name: string;
  readonly base: Source;
  readonly platform?: string;
  readonly instructions: readonly Instruction[];
  /** What `--from` and `from=` in its instructions stand for. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Stages that must be built before it can be finished. */
  readonly needs: readonly number[];
}

/** The stages that the target needs and no others, each after those it needs. The last is the target. */
export interface BuildPlan {
  readonly stages: readonly PlannedStage[];
  /** The other stages: nothing needs them, but a trigger of a base image may still ask for one. */
  readonly others: readonly PlannedStage[];
  /** Values of the ARGs before the first FROM; a stage sees one where it declares it anew. */
  readonly globalArgs: ReadonlyMap<string, string>;
  /** Steps to count for people: instructions of all stages, their FROMs included. */
  readonly steps: number;
}

/** What a build is asked for. */
export interface PlanOptions {
  /** Name or place of the stage to build. Default: the last. */
  readonly target?: string | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Values for TARGETPLATFORM and its kin. */
  readonly predefined: Readonly<Record<string, string>>;
  readonly namedContexts?: ReadonlyMap<string, NamedContext> | undefined;
}

/** Plans a build. Throws DockerfileError for an unknown target, an empty FROM, or a `--from` of a later stage. */
export function plan(file: Dockerfile, options: PlanOptions): BuildPlan {
  const globalArgs = globals(file, options);
  const target = findTarget(file.stages, options.target);
  const all = file.stages.map((stage, index) => planStage(file, stage, index, globalArgs, options));
  const wanted = new Set<number>();
  const visit = (index: number): void => {
    if (wanted.has(index)) return;
    for (const needed of all[index]?.needs ?? []) visit(needed);
    wanted.add(index);
  };
  visit(target);
  const stages = [...wanted].flatMap((index) => all[index] ?? []);
  const others = all.filter(({ index }) => !wanted.has(index));
  return { stages, others, globalArgs, steps: stages.reduce((sum, stage) => sum + 1 + stage.instructions.length, 0) };
}

function globals(file: Dockerfile, { buildArgs = {}, predefined }: PlanOptions): Map<string, string> {
  const values = new Map<string, string>();
  const lookup = (name: string) => values.get(name) ?? predefined[name];
  for (const { args } of file.globalArgs) {
    for (const { name, value } of args) {
      const given =
        buildArgs[name] ?? (value === undefined ? undefined : expand(value, { escapeChar: file.escapeChar, lookup }));
      if (given !== undefined) values.set(name, given);
    }
  }
  return values;
}

function findTarget(stages: readonly Stage[], target: string | undefined): number {
  if (target === undefined || target === "") return stages.length - 1;
  const named = stages.findLastIndex(({ from }) => from.name === target.toLowerCase());
  const index = named >= 0 ? named : /^\d+$/.test(target) ? Number(target) : -1;
  if (index < 0 || index >= stages.length)
    throw new DockerfileError(`target stage ${JSON.stringify(target)} could not be found`);
  return index;
}

function planStage(
  file: Dockerfile,
  { from, instructions }: Stage,
  index: number,
  globalArgs: ReadonlyMap<string, string>,
  { predefined, namedContexts = new Map() }: PlanOptions,
): PlannedStage {
  const scope = { escapeChar: file.escapeChar, lookup: (name: string) => globalArgs.get(name) ?? predefined[name] };
  const image = expand(from.image, scope);
  if (image === "") throw new DockerfileError(`base name (${from.image}) should not be blank`, from.line);
  const earlier = file.stages.slice(0, index);
  const find = (name: string, mayBeNumber: boolean) => namedContexts.get(name) ?? sourceOf(name, earlier, mayBeNumber);
  const base = find(image, false);
  if ("directory" in base)
    throw new DockerfileError(`${image} is a directory: a stage cannot begin with it`, from.line);
  const sources = new Map<string, Source>();
  for (const instruction of instructions) {
    for (const name of namesOfSources(instruction)) sources.set(name, find(expand(name, scope), true));
  }
  const needs = [
    ...new Set([base, ...sources.values()].flatMap((source) => ("stage" in source ? [source.stage] : []))),
  ];
  const platform = from.platform === undefined ? undefined : expand(from.platform, scope);
  return {
    index,
    name: from.name ?? String(index),
    base,
    ...(platform === undefined ? {} : { platform }),
    instructions,
    sources,
    needs,
  };
}

function sourceOf(name: string, earlier: readonly Stage[], mayBeNumber: boolean): Source {
  const named = earlier.findLastIndex(({ from }) => from.name === name.toLowerCase());
  if (named >= 0) return { stage: named };
  if (mayBeNumber && /^\d+$/.test(name)) {
    if (Number(name) < earlier.length) return { stage: Number(name) };
    throw new DockerfileError(`invalid from flag value ${name}: there is no such earlier stage`);
  }
  return name === "scratch" ? { scratch: true } : { image: name };
}

/** What `--from` and `from=` stand for in a trigger that runs in the stage with that place. Throws DockerfileError. */
export function triggerSources(
  { stages, others }: BuildPlan,
  index: number,
  triggers: readonly Instruction[],
): Map<string, Source> {
  const earlier = [...stages, ...others].filter((stage) => stage.index < index);
  return new Map(
    triggers.flatMap(namesOfSources).map((name): [string, Source] => {
      const named = earlier.find((stage) => stage.name === name.toLowerCase() || String(stage.index) === name);
      return [name, named === undefined ? { image: name } : { stage: named.index }];
    }),
  );
}

function namesOfSources(instruction: Instruction): string[] {
  switch (instruction.do) {
    case "copy":
      return copySource(instruction);
    case "run":
      return runSources(instruction);
    default:
      return [];
  }
}

function copySource({ from }: Copy): string[] {
  return from === undefined ? [] : [from];
}

function runSources({ mounts, line }: Run): string[] {
  return mounts.flatMap((mount) => mountOptions(mount, line).get("from") ?? []);
}
