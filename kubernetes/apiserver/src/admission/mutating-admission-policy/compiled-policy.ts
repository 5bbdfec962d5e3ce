/** A MutatingAdmissionPolicy whose expressions are compiled. */

import type { MutatingAdmissionPolicy, Mutation } from "@skiff/api/admissionregistration/v1";
import { type CelEnv, type CelType, DYN, listOf } from "@skiff/api/cel";
import { compileConditions } from "../cel/conditions.ts";
import { type AdmissionEnvOptions, admissionEnv } from "../cel/environment.ts";
import { type CompiledExpression, compileExpression } from "../cel/expression.ts";
import { type CompiledVariable, compileVariables } from "../cel/variables.ts";
import { JSON_PATCH, mutationFunctions, mutationType, OBJECT } from "./mutation-types.ts";

/** One mutation. */
export interface CompiledMutation {
  readonly patchType: Mutation["patchType"];
  readonly expression: CompiledExpression;
}

/** The policy, ready to be asked. */
export interface CompiledPolicy {
  readonly conditions: readonly CompiledExpression[];
  readonly variables: readonly CompiledVariable[];
  readonly mutations: readonly CompiledMutation[];
}

/** Compiles everything the policy has. */
export function compilePolicy({ spec }: Pick<MutatingAdmissionPolicy, "spec">): CompiledPolicy {
  const base: AdmissionEnvOptions = { params: spec.paramKind !== undefined, authorizer: true };
  const envWith = (variables: Readonly<Record<string, CelType>>): CelEnv =>
    admissionEnv({ ...base, variables, types: mutationType, functions: mutationFunctions });
  const variables = compileVariables(spec.variables, envWith);
  const env = envWith(Object.fromEntries(variables.map(({ name, type }) => [name, type])));
  return {
    conditions: compileConditions(spec.matchConditions, admissionEnv(base)),
    variables,
    mutations: (spec.mutations ?? []).map(({ patchType, applyConfiguration, jsonPatch }) => ({
      patchType,
      expression:
        patchType === "JSONPatch"
          ? compileExpression(jsonPatch?.expression ?? "", env, [listOf(JSON_PATCH)])
          : compileExpression(applyConfiguration?.expression ?? "", env, [mutationType(OBJECT) ?? DYN]),
    })),
  };
}
