/** Which requests a webhook is asked about. */
import type { SubjectAccessReviewSpec } from "@skiff/api/authorization/v1";

/** A CEL expression over `request`, the review's spec. */
export interface MatchCondition {
  readonly expression: string;
}

/** Whether all conditions hold, or the error of one that could not be evaluated while none said no. Throws where one cannot be read. */
export function matchConditions(
  conditions: readonly MatchCondition[],
): (spec: SubjectAccessReviewSpec) => boolean | Error {
  const [first] = conditions;
  if (first) throw new Error(`CEL match conditions of authorization webhooks are not supported: ${first.expression}`);
  return () => true;
}
