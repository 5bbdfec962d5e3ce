/** From the text of an expression to a program. */
import { CelSyntaxError, issuesText } from "./cel-errors.ts";
import type { CelType } from "./cel-type.ts";
import { type Checked, check } from "./checker.ts";
import type { CelEnv } from "./environment.ts";
import { type Activation, type Budget, evaluator } from "./evaluator.ts";
import type { Expression } from "./expression.ts";
import { type Parsed, parse } from "./parser.ts";
import type { CelValue } from "./values.ts";

/** A checked expression, to be evaluated as often as one likes. */
export interface CelProgram {
  readonly expression: Expression;
  readonly checked: Checked;
  /** The type of what it evaluates to. */
  readonly type: CelType;
  /** Throws CelError where the evaluation fails, and CostExceeded where it takes more than the budget has. */
  evaluate(activation: Activation, budget: Budget): CelValue;
}

/** A program, or what is wrong with the text: `errors` as cel-go prints it. */
export type Compiled =
  | { readonly program: CelProgram; readonly errors?: undefined }
  | { readonly program?: undefined; readonly errors: string };

/** Parses and checks `source` against what `env` declares. */
export function compile(source: string, env: CelEnv): Compiled {
  let parsed: Parsed;
  try {
    parsed = parse(source);
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return { errors: issuesText(source, [error]) };
  }
  const { expression } = parsed;
  const checked = check(expression, env);
  if (checked.issues.length > 0) return { errors: issuesText(source, checked.issues) };
  let evaluate: CelProgram["evaluate"] | undefined;
  return {
    program: {
      expression,
      checked,
      type: checked.type,
      evaluate(activation, budget) {
        evaluate ??= evaluator(expression, checked, env.variables);
        return evaluate(activation, budget);
      },
    },
  };
}
