/** What a build tells while it goes on. */
import type { PullProgress } from "@skiff/engine";

/** Where a step stands in its stage. */
export interface StagePlace {
  readonly name: string;
  /** Place among the stage's steps that make files, its FROM being the first; 0 for one that makes none. */
  readonly at: number;
  readonly of: number;
}

/** `step` counts from 1 over all stages that are built; stages proceed side by side, so steps may interleave. */
export type BuildEvent =
  | {
      readonly type: "step";
      readonly step: number;
      readonly of: number;
      readonly text: string;
      readonly stage: StagePlace;
    }
  | { readonly type: "cached"; readonly step: number }
  | { readonly type: "done"; readonly step: number }
  | { readonly type: "failed"; readonly step: number }
  | { readonly type: "output"; readonly step: number; readonly stream: "stdout" | "stderr"; readonly data: Buffer }
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "pull"; readonly image: string; readonly progress: PullProgress };

/** Receives events. It must not throw. */
export type Report = (event: BuildEvent) => void;
