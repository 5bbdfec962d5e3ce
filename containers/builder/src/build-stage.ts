/** One stage, instruction after instruction. */
import { applyMetadata, type MetadataScope } from "./apply-metadata.ts";
import { expand } from "./dockerfile/expand.ts";
import type { Instruction } from "./dockerfile/instruction.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import type { PlannedStage } from "./plan.ts";
import { lookupVariable, type StageState } from "./stage-state.ts";
import { copyStep } from "./steps/copy-step.ts";
import { runStep } from "./steps/run-step.ts";
import type { StepDeps } from "./steps/step-deps.ts";
import { workdirStep } from "./steps/workdir-step.ts";
import { PROXY_ARGS } from "./unused-arguments.ts";

/** What a stage is built with. */
export interface StageScope {
  readonly stage: PlannedStage;
  /** Triggers that the base's ONBUILD left, carried out before the stage's own instructions. */
  readonly triggers: readonly Instruction[];
  readonly escapeChar: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly globalArgs: (name: string) => string | undefined;
  /** Number of the stage's FROM among all steps, and how many there are. */
  readonly firstStep: number;
  readonly steps: number;
}

/** Gives the state at the stage's end. Rejects with DockerfileError, or RunFailedError, for what the user can mend. */
export async function buildStage(deps: StepDeps, start: StageState, scope: StageScope): Promise<StageState> {
  let state = start;
  let step = scope.firstStep;
  let place = 1;
  const all = [...scope.triggers, ...scope.stage.instructions];
  const places = 1 + all.filter(makesFiles).length;
  deps.report({ type: "done", step });
  for (const instruction of all) {
    deps.signal.throwIfAborted();
    const isTrigger = scope.triggers.includes(instruction);
    if (!isTrigger) step++;
    const text = isTrigger ? `(ONBUILD) ${instruction.text}` : instruction.text;
    const at = makesFiles(instruction) ? ++place : 0;
    deps.report({ type: "step", step, of: scope.steps, text, stage: { name: scope.stage.name, at, of: places } });
    try {
      state = await applyInstruction(deps, state, instruction, scope, step);
    } catch (error) {
      // A step that was given up because another one failed has not failed itself.
      if (!deps.signal.aborted) deps.report({ type: "failed", step });
      // Expansion and patterns do not know where they stand.
      if (error instanceof DockerfileError && error.constructor === DockerfileError && error.line === undefined) {
        throw new DockerfileError(error.message, instruction.line, { cause: error });
      }
      throw error;
    }
    deps.report({ type: "done", step });
  }
  return state;
}

/** Whether the instruction makes files and so a layer; the others only change the configuration. */
export function makesFiles({ do: what }: Instruction): boolean {
  return ["run", "copy", "add", "workdir"].includes(what);
}

async function applyInstruction(
  deps: StepDeps,
  state: StageState,
  instruction: Instruction,
  scope: StageScope,
  step: number,
): Promise<StageState> {
  const lookup = (name: string) => lookupVariable(state, name) ?? predefined(scope, name);
  const expandWord = (word: string, options = {}) => expand(word, { escapeChar: scope.escapeChar, lookup, ...options });
  const { stage } = scope;
  switch (instruction.do) {
    case "run": {
      const proxies = PROXY_ARGS.flatMap((name) =>
        scope.buildArgs[name] === undefined ? [] : [`${name}=${scope.buildArgs[name]}`],
      );
      return runStep(deps, state, instruction, { step, stage, expand: expandWord, proxies });
    }
    case "copy":
    case "add":
      return copyStep(deps, state, instruction, { step, stage, expand: expandWord });
    default: {
      const metadata: MetadataScope = { expand: expandWord, buildArgs: scope.buildArgs, globalArgs: scope.globalArgs };
      const next = applyMetadata(state, instruction, metadata);
      return instruction.do === "workdir" ? workdirStep(deps, next, step) : next;
    }
  }
}

// Proxy settings may be used without being declared.
function predefined({ buildArgs }: StageScope, name: string): string | undefined {
  return PROXY_ARGS.includes(name) ? buildArgs[name] : undefined;
}
