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

/** The value of `variables` for one request. Reading a variable throws CelError where it fails. What it costs is taken off `total`. */
export function variablesValue(
  variables: readonly CompiledVariable[],
  activation: Activation,
  total: TotalBudget,
): object {
  const value = {};
  for (const variable of variables) {
    let known: (() => CelValue) | undefined;
    Object.defineProperty(value, variable.name, {
      enumerable: true,
      get: () => {
        known ??= settle(variable, activation, total);
        return known();
      },
    });
  }
  return value;
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
