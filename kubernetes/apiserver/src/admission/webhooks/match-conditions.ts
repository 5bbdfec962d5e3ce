/** The conditions under which a webhook is called, beside its rules. */
import type { MatchCondition } from "@skiff/api/admissionregistration/v1";
import type { Authorizer } from "../../authorization/authorizer.ts";
import type { Caches } from "../../state/caches.ts";
import type { CompiledExpression } from "../cel/expression.ts";
import { refusal } from "../refusal.ts";
import type { Conditions } from "./invocation.ts";

/** What evaluating them takes. */
export interface MatchConditionsDeps {
  readonly caches: Pick<Caches, "of">;
  readonly authorizer: Authorizer;
}

/** Evaluates conditions. The machinery of expressions is loaded with the first of them. */
export function matchConditions({ caches, authorizer }: MatchConditionsDeps): Conditions {
  const compiled = new WeakMap<readonly MatchCondition[], readonly CompiledExpression[]>();
  return async (conditions, failurePolicy, request, info) => {
    const [{ compileConditions, meetsConditions }, { admissionEnv }, { valuesOf }, { Verdicts }, { whenAnswered }] =
      await Promise.all([
        import("../cel/conditions.ts"),
        import("../cel/environment.ts"),
        import("../cel/activation.ts"),
        import("../cel/authorizer-library.ts"),
        import("../cel/when-answered.ts"),
      ]);
    let programs = compiled.get(conditions);
    if (!programs) {
      programs = compileConditions(conditions, admissionEnv({ authorizer: true }));
      compiled.set(conditions, programs);
    }
    const verdicts = new Verdicts(authorizer);
    const values = await valuesOf(request, info, { caches, verdicts });
    const result = await whenAnswered(() => meetsConditions(programs, values, failurePolicy));
    if (result.error !== undefined) throw refusal(request, result.error);
    return result.matches;
  };
}
