/** A ValidatingAdmissionPolicy whose expressions are compiled. */

import type { ValidatingAdmissionPolicy, Validation } from "@skiff/api/admissionregistration/v1";
import { BOOL, type CelEnv, type CelType, NULL, STRING } from "@skiff/api/cel";
import { compileConditions } from "../cel/conditions.ts";
import { type AdmissionEnvOptions, admissionEnv } from "../cel/environment.ts";
import { type CompiledExpression, compileExpression } from "../cel/expression.ts";
import { type CompiledVariable, compileVariables } from "../cel/variables.ts";

/** One validation. */
export interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: CompiledExpression;
  readonly message: CompiledExpression | undefined;
}

/** The policy, ready to be asked. */
export interface CompiledPolicy {
  readonly conditions: readonly CompiledExpression[];
  readonly variables: readonly CompiledVariable[];
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly { readonly key: string; readonly value: CompiledExpression }[];
}

/** Compiles everything the policy has. `types`: those of the objects, where known, to find mistakes beforehand. */
export function compilePolicy(
  { spec }: Pick<ValidatingAdmissionPolicy, "spec">,
  types: Pick<AdmissionEnvOptions, "objectType" | "paramsType"> = {},
): CompiledPolicy {
  const base: AdmissionEnvOptions = { ...types, params: spec.paramKind !== undefined };
  const envWith = (variables: Readonly<Record<string, CelType>>): CelEnv =>
    admissionEnv({ ...base, authorizer: true, variables });
  const variables = compileVariables(spec.variables, envWith);
  const variableTypes = Object.fromEntries(variables.map(({ name, type }) => [name, type]));
  const env = envWith(variableTypes);
  // What is written down about a request is not to depend on who may do what.
  const messageEnv = admissionEnv({ ...base, variables: variableTypes });
  return {
    conditions: compileConditions(spec.matchConditions, admissionEnv({ ...base, authorizer: true })),
    variables,
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      expression: compileExpression(validation.expression, env, [BOOL]),
      message: validation.messageExpression
        ? compileExpression(validation.messageExpression, messageEnv, [STRING])
        : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      key,
      value: compileExpression(valueExpression, env, [STRING, NULL]),
    })),
  };
}
