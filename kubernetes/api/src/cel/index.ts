/** The Common Expression Language as Kubernetes uses it: compile against declared variables, evaluate within a budget. */
export { CelError, CostExceeded } from "./cel-errors.ts";
export * from "./cel-type.ts";
export { type CelProgram, type Compiled, compile } from "./compile.ts";
export { type CelEnv, createEnv, type EnvOptions } from "./environment.ts";
export type { Activation, Budget } from "./evaluator.ts";
export * from "./limits.ts";
export { func, method, type Overload } from "./overload.ts";
export { tableCelType } from "./table-type.ts";
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
