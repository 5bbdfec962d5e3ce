/** A policy's own variables: evaluated when an expression first asks for them, at most once per request. */

import type { Variable } from "@skiff/api/admissionregistration/v1";
import {
  type Activation,
  type CelEnv,
  CelError,
  type CelType,
  type CelValue,
  CostExceeded,
  DYN,
  PER_CALL_LIMIT,
} from "@skiff/api/cel";
import { type Values, withValues } from "./activation.ts";
import { type CompiledExpression, compileExpression, type TotalBudget } from "./expression.ts";

/** A variable, compiled. */
export interface CompiledVariable {
  readonly name: string;
  readonly expression: CompiledExpression;
  readonly type: CelType;
}

/** Compiles the variables in order: each sees those before it. `envWith` makes the environment that has the given ones. */
export function compileVariables(
  variables: readonly Variable[] | undefined,
  envWith: (variables: Readonly<Record<string, CelType>>) => CelEnv,
): readonly CompiledVariable[] {
  const types: Record<string, CelType> = {};
  return (variables ?? []).map(({ name, expression: source }) => {
    const expression = compileExpression(source, envWith({ ...types }));
    const type = expression.program?.type ?? DYN;
    types[name] = type;
    return { name, expression, type };
  });
}

/**
 * `values`, with `variables`: each of them may mention those before it. Reading one throws CelError where it fails; what
 * it costs is taken off `total`.
 */
export function variablesIn(variables: readonly CompiledVariable[], values: Values, total: TotalBudget): Values {
  const members = {};
  const whole = withValues(values, { variables: members });
  for (const variable of variables) {
    let known: (() => CelValue) | undefined;
    Object.defineProperty(members, variable.name, {
      enumerable: true,
      get: () => {
        known ??= settle(variable, whole, total);
        return known();
      },
    });
  }
  return whole;
}

function settle({ name, expression }: CompiledVariable, activation: Activation, total: TotalBudget): () => CelValue {
  const failed = (what: string) => () => {
    throw new CelError(`composited variable ${JSON.stringify(name)} fails to ${what}`);
  };
  const { program, error } = expression;
  if (!program) return failed(`compile: ${error ?? ""}`);
  const budget = { remaining: PER_CALL_LIMIT };
  try {
    const value = program.evaluate(activation, budget);
    return () => value;
  } catch (thrown) {
    if (!(thrown instanceof CelError || thrown instanceof CostExceeded)) throw thrown;
    return failed(`evaluate: ${thrown.message}`);
  } finally {
    total.remaining -= PER_CALL_LIMIT - budget.remaining;
  }
}
