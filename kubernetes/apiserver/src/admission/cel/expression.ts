/** Expressions compiled once, and evaluated for one request after another. */
import {
  type Activation,
  type CelEnv,
  CelError,
  type CelProgram,
  type CelType,
  type CelValue,
  CostExceeded,
  compile,
  PER_CALL_LIMIT,
  typeText,
} from "@skiff/api/cel";

/** An expression, or why it is none. */
export interface CompiledExpression {
  readonly source: string;
  readonly program?: CelProgram | undefined;
  /** Of what does not compile: the text for people. */
  readonly error?: string | undefined;
}

/** What became of an evaluation. */
export type Outcome =
  | { readonly value: CelValue; readonly error?: undefined }
  | { readonly error: string; readonly value?: undefined };

/** Compiles an expression that has to give one of `types`; any where left out. */
export function compileExpression(source: string, env: CelEnv, types?: readonly CelType[]): CompiledExpression {
  const { program, errors } = compile(source.trim(), env);
  if (!program) return { source, error: `compilation failed: ${errors}` };
  const given = typeText(program.type);
  // What is only known when it runs is not enough: a rule is to be known to give a rule's answer.
  if (types && !types.some((type) => typeText(type) === given)) {
    const wanted = types.map(typeText);
    const error =
      wanted.length === 1
        ? `must evaluate to ${wanted[0]} but got ${given}`
        : `must evaluate to one of [${wanted.join(" ")}]`;
    return { source, program, error };
  }
  return { source, program };
}

/** Thrown when all expressions together have cost more than they may. */
export class BudgetSpent extends Error {
  constructor() {
    super("validation failed due to running out of cost budget, no further validation rules will be run");
  }
}

/** What the expressions of one policy, for one request, may cost together. */
export interface TotalBudget {
  remaining: number;
}

/** Evaluates one expression. Throws BudgetSpent; whatever else goes wrong is an outcome. */
export function evaluate(
  { source, program, error }: CompiledExpression,
  activation: Activation,
  total: TotalBudget,
): Outcome {
  if (!program || error !== undefined) return { error: `compilation error: ${error ?? ""}` };
  const given = Math.min(total.remaining, PER_CALL_LIMIT);
  const budget = { remaining: given };
  try {
    return { value: program.evaluate(activation, budget) };
  } catch (thrown) {
    if (thrown instanceof CostExceeded && given < PER_CALL_LIMIT) throw new BudgetSpent();
    if (!(thrown instanceof CelError || thrown instanceof CostExceeded)) throw thrown;
    return { error: `expression '${source}' resulted in error: ${thrown.message}` };
  } finally {
    total.remaining -= given - Math.max(budget.remaining, 0);
  }
}
