/** What a build tells while it goes on. */
import type { PullProgress } from "@skiff/engine";

/** `step` counts from 1 over all stages that are built; stages proceed side by side, so steps may interleave. */
export type BuildEvent =
  | { readonly type: "step"; readonly step: number; readonly of: number; readonly text: string }
  | { readonly type: "cached"; readonly step: number }
  | { readonly type: "output"; readonly step: number; readonly stream: "stdout" | "stderr"; readonly data: Buffer }
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "pull"; readonly image: string; readonly progress: PullProgress };

/** Receives events. It must not throw. */
export type Report = (event: BuildEvent) => void;
