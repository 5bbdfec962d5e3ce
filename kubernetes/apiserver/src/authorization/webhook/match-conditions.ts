/** Which requests a webhook is asked about. */
import type { SubjectAccessReviewSpec } from "@skiff/api/authorization/v1";

/** A CEL expression over `request`, the review's spec. */
export interface MatchCondition {
  readonly expression: string;
}

/** Whether all conditions hold, or the error of one that could not be evaluated while none said no. */
export type Matches = (spec: SubjectAccessReviewSpec) => boolean | Error;

/** Reads the conditions. Rejects where one cannot be read. */
export async function matchConditions(conditions: readonly MatchCondition[]): Promise<Matches> {
  if (conditions.length === 0) return () => true;
  // What evaluates expressions is large, and most configurations have none.
  const [{ BOOL, createEnv }, { celText }, { reviewType }] = await Promise.all([
    import("@skiff/api/cel"),
    import("../../configuration/cel-text.ts"),
    import("./review-type.ts"),
  ]);
  const env = createEnv({ variables: { request: reviewType } });
  const programs = conditions.map(({ expression }, index) =>
    celText(expression, `matchConditions[${index}].expression`, env, [BOOL]),
  );
  return (request) => {
    let problem: Error | undefined;
    for (const holds of programs) {
      try {
        if (holds({ request }) !== true) return false;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        problem ??= error;
      }
    }
    return problem ?? true;
  };
}
