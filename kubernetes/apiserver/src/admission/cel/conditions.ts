/** Match conditions: whether a webhook or a policy is to look at a request at all. */

import type { MatchCondition } from "@skiff/api/admissionregistration/v1";
import { BOOL, type CelEnv } from "@skiff/api/cel";
import type { Values } from "./activation.ts";
import { type CompiledExpression, compileExpression, evaluate } from "./expression.ts";

/** What conditions may cost together: a quarter of what a policy may. */
const BUDGET = 2_500_000;

/** Compiles the conditions. */
export function compileConditions(
  conditions: readonly MatchCondition[] | undefined,
  env: CelEnv,
): readonly CompiledExpression[] {
  return (conditions ?? []).map(({ expression }) => compileExpression(expression, env, [BOOL]));
}

/** What the conditions say: `error` where one fails, none is false, and the policy is to fail. */
export function meetsConditions(
  conditions: readonly CompiledExpression[],
  values: Values,
  failurePolicy: string | undefined,
): { readonly matches: boolean; readonly error?: string } {
  const total = { remaining: BUDGET };
  const errors: string[] = [];
  for (const condition of conditions) {
    const { value, error } = evaluate(condition, values, total);
    if (error !== undefined) errors.push(error);
    else if (value === false) return { matches: false };
  }
  if (errors.length === 0) return { matches: true };
  if (failurePolicy === "Ignore") return { matches: false };
  return { matches: false, error: errors.length === 1 ? (errors[0] ?? "") : `[${errors.join(", ")}]` };
}
