/** Starts what `converge` has left, in dependency order. */
import { planStart } from "../plan/plan-start.ts";
import { applySteps } from "./apply-steps.ts";
import type { Converged } from "./converge.ts";

/** How far a start goes. */
export interface StartLimits {
  /** Ends only when these services run or are healthy. */
  readonly waitFor?: readonly string[] | undefined;
  /** Ends the start without ending the operation: what is being started is started. */
  readonly signal?: AbortSignal | undefined;
}

/** Starts the containers that do not run. */
export async function startConverged(
  { site, containers }: Converged,
  { waitFor, signal }: StartLimits = {},
): Promise<void> {
  const { context, project } = site;
  const steps = planStart(project, containers, { waitFor, warn: (message) => context.progress.warn(message) });
  await applySteps(site, steps, signal);
}
