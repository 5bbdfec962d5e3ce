/** Runs steps, each as soon as those before it are done. */
import type { Planned, Step } from "../plan/step.ts";

/**
 * Runs all steps, as many at a time as their order allows. When one fails, no further one is begun; those under way are
 * waited for, and the first failure is thrown. An abort of `signal` counts as a failure.
 */
export async function runSteps(
  steps: readonly Planned[],
  perform: (step: Step) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set(steps);
  const done = new Set<string>();
  const known = new Set(steps.map(({ id }) => id));
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const begin = ({ id, step }: Planned): void => {
    const work = perform(step).then(
      () => void done.add(id),
      (error: unknown) => void failures.push(error),
    );
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  };
  for (;;) {
    if (signal.aborted) failures.push(signal.reason);
    if (failures.length === 0) {
      for (const planned of waiting) {
        // What is not in the plan has been done before.
        if (planned.after.some((id) => known.has(id) && !done.has(id))) continue;
        waiting.delete(planned);
        begin(planned);
      }
    }
    if (underWay.size === 0) break;
    await Promise.race(underWay);
  }
  if (failures.length > 0) throw failures[0];
  const [stuck] = waiting;
  if (stuck !== undefined) throw new Error(`step ${stuck.id} waits for a step that waits for it`);
}
