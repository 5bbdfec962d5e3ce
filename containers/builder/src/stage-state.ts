/** A stage so far: its file system, and the configuration its image will have. */
import type { Image, OciHistory, OciProcessConfig } from "@skiff/engine";
import type { Descriptor, Platform } from "@skiff/registry";
import type { StepResult } from "./step-cache.ts";

/** A plain value; each instruction gives the next one. */
export interface StageState {
  /** Chain of the layers so far; "" where there is none. */
  readonly chainId: string;
  readonly layers: readonly { readonly descriptor: Descriptor; readonly diffId: string }[];
  readonly config: OciProcessConfig;
  readonly history: readonly OciHistory[];
  readonly platform: Platform;
  /** Build arguments that have a value and were declared in this stage after any ENV of their name. */
  readonly args: ReadonlyMap<string, string>;
  /** Whether this stage has set a CMD: else an ENTRYPOINT drops the inherited one. */
  readonly hasOwnCommand: boolean;
  readonly author?: string | undefined;
  /** What its steps came to, by their keys in the step cache: for exporting it. */
  readonly steps: readonly { readonly key: string; readonly result: StepResult }[];
  /** RFC 3339: when the newest layer was made. Instructions without layers take no time of their own, so that a build from cache gives the same image. */
  readonly created: string;
}

const DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const EPOCH = "1970-01-01T00:00:00Z";

/** The state that a stage begins with: an image, unpacked as `chainId`, or nothing. */
export function initialState(
  base: Pick<Image, "config" | "layers"> | undefined,
  chainId: string,
  platform: Platform,
): StageState {
  const { OnBuild: _, ...config } = base?.config.config ?? {};
  const env = config.Env ?? [];
  return {
    chainId,
    layers: (base?.layers ?? []).map((descriptor, index) => ({
      descriptor,
      diffId: base?.config.rootfs.diff_ids[index] ?? "",
    })),
    config: {
      ...(base === undefined ? { WorkingDir: "/" } : {}),
      ...config,
      Env: env.some((entry) => entry.startsWith("PATH=")) ? env : [DEFAULT_PATH, ...env],
    },
    history: base?.config.history ?? [],
    platform,
    args: new Map(),
    hasOwnCommand: false,
    steps: [],
    author: base?.config.author,
    created: base?.config.created ?? EPOCH,
  };
}

/** A stage that goes on from another one's end. */
export function continuedState(state: StageState): StageState {
  const { OnBuild: _, ...config } = state.config;
  return { ...state, config, args: new Map(), hasOwnCommand: false };
}

/** The state after an instruction that changed files. */
export function withLayer(state: StageState, result: StepResult, createdBy: string, key: string): StageState {
  const history = {
    created: result.created,
    created_by: createdBy,
    comment: "skiff",
    ...(result.empty ? { empty_layer: true } : {}),
  };
  return {
    ...state,
    chainId: result.chainId,
    layers: result.empty ? state.layers : [...state.layers, { descriptor: result.layer, diffId: result.diffId }],
    history: [...state.history, history],
    steps: [...state.steps, { key, result }],
    created: result.created,
  };
}

/** The state after an instruction that changed the configuration alone. */
export function withConfig(state: StageState, config: OciProcessConfig, createdBy: string): StageState {
  const history = { created: state.created, created_by: createdBy, comment: "skiff", empty_layer: true };
  return { ...state, config, history: [...state.history, history] };
}

/** The value of a variable: of ENV and ARG, the instruction that came last counts. */
export function lookupVariable({ config, args }: StageState, name: string): string | undefined {
  const prefix = `${name}=`;
  return args.get(name) ?? config.Env?.findLast((entry) => entry.startsWith(prefix))?.slice(prefix.length);
}
