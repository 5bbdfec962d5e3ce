/** What happens when files beside the Compose file change. */
import type { Extensible } from "../model.ts";
import type { Hook } from "./runtime.ts";

/** `services.*.develop.watch[]`; `path` is absolute. */
export interface Watch extends Extensible {
  readonly path: string;
  readonly action: "rebuild" | "sync" | "restart" | "sync+restart" | "sync+exec";
  readonly target?: string;
  readonly ignore?: readonly string[];
  readonly include?: readonly string[];
  readonly exec?: Hook;
  readonly initial_sync?: boolean;
}
