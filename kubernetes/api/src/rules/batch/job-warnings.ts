/** What the spec of a Job is accepted with, but not without a word. */
import type { JobSpec } from "@skiff/api/batch/v1";
import { templateWarnings } from "../apps/template-warnings.ts";

const MANY_COMPLETIONS = 100_000;
const MUCH_PARALLELISM = 10_000;

/** The warnings of a Job's spec at `path`. */
export function jobSpecWarnings(spec: JobSpec | undefined, path: string): string[] {
  if (spec === undefined) return [];
  const warnings = templateWarnings(spec.template, `${path}.template`);
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  if (completionMode === "Indexed" && completions > MANY_COMPLETIONS && parallelism > MUCH_PARALLELISM) {
    warnings.unshift(
      "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail",
    );
  }
  return warnings;
}
