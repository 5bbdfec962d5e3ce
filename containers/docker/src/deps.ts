/** What the operations of the API work with. */
import type { Builder } from "@skiff/builder";
import type { Engine, Logger } from "@skiff/engine";
import type { BuildKit } from "./buildkit/buildkit.ts";
import type { Terminals } from "./containers/terminals.ts";
import type { Executions } from "./exec/executions.ts";
import type { EventLog } from "./system/event-log.ts";

export interface Deps {
  readonly engine: Engine;
  readonly builder: Builder;
  /** BuildKit's protocol, loaded for the first that speaks it. */
  readonly buildKit: () => Promise<BuildKit>;
  readonly executions: Executions;
  readonly terminals: Terminals;
  readonly events: EventLog;
  /** Directory for build contexts on their way. */
  readonly scratch: string;
  readonly log: Logger;
  readonly now: () => number;
}
