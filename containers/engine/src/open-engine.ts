import type { Engine, EngineOptions } from "./engine.ts";
import { EngineError } from "./engine-error.ts";

/** Opens the engine on its directories, adopts what already runs, and finishes or undoes what a crash left half done. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  throw new EngineError("unsupported", `Cannot open the engine on ${options.root}: not built yet`);
}
