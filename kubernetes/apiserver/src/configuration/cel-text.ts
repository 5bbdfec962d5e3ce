/** Expressions of configuration files. What evaluates them is large: load this module where there is an expression. */
import {
  type CelEnv,
  type CelType,
  type CelValue,
  compile,
  isDyn,
  PER_CALL_LIMIT,
  toJson,
  typeText,
} from "@skiff/api/cel";

/** Evaluates one expression; what comes back is plain JSON. Throws where the evaluation fails or costs too much. */
export type Evaluate = (values: Readonly<Record<string, unknown>>) => unknown;

/** Reads an expression that gives one of `types`. Throws, naming `field`, where it does not. */
export function celText(source: string, field: string, env: CelEnv, types: readonly CelType[]): Evaluate {
  const { program, errors } = compile(source, env);
  if (!program) throw new Error(`${field}: compilation failed: ${errors}`);
  const given = typeText(program.type);
  if (!isDyn(program.type) && !types.some((type) => typeText(type) === given)) {
    throw new Error(`${field}: must evaluate to ${types.map(typeText).join(" or ")}, and evaluates to ${given}`);
  }
  return (values) => {
    const result: CelValue = program.evaluate((name: string) => values[name], { remaining: PER_CALL_LIMIT });
    return toJson(result);
  };
}
