/** The Common Expression Language as Kubernetes uses it: compile against declared variables, evaluate within a budget. */
export { CelError, CostExceeded } from "./cel-errors.ts";
export { type CelProgram, type Compiled, compile } from "./compile.ts";
export { type CelEnv, createEnv, type EnvOptions } from "./environment.ts";
export type { Activation, Budget } from "./evaluator.ts";
export { func, method, type Overload } from "./overload.ts";
export * from "./types.ts";
export {
  type CelList,
  type CelMap,
  type CelValue,
  fromJson,
  isList,
  isMap,
  JsonList,
  JsonMap,
  OpaqueValue,
  toJson,
  typeNameOf,
  ValueList,
  ValueMap,
} from "./values.ts";

/** What one expression may cost in one evaluation, in cel-go's units. */
export const PER_CALL_LIMIT = 1_000_000;
/** What all expressions of one custom resource, or of one policy, may cost together. */
export const RUNTIME_BUDGET = 10_000_000;
