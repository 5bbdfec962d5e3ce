/** What is wrong with the expressions of webhooks and policies, found when they are written. */
import type { ResourceInfo } from "@skiff/api";
import type {
  MatchCondition,
  MutatingAdmissionPolicy,
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingWebhookConfiguration,
} from "@skiff/api/admissionregistration/v1";
import {
  mutatingAdmissionPolicies,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingWebhookConfigurations,
} from "@skiff/api/resources";
import { compileConditions } from "../cel/conditions.ts";
import { admissionEnv } from "../cel/environment.ts";
import type { CompiledExpression } from "../cel/expression.ts";
import { compilePolicy as compileMutating } from "../mutating-admission-policy/compiled-policy.ts";
import { compilePolicy as compileValidating } from "../validating-admission-policy/compiled-policy.ts";

/** An expression that does not compile, or gives what is not wanted there. */
export interface ExpressionProblem {
  readonly type: "FieldValueInvalid";
  readonly field: string;
  readonly badValue: string;
  readonly detail: string;
}

/** Where an expression is, and what became of it. */
type Located = readonly [field: string, expression: CompiledExpression | undefined];

/** The problems of an object of the resource; none of other resources. */
export function expressionProblems({ typeName }: ResourceInfo, object: object): readonly ExpressionProblem[] {
  return expressionsOf(typeName, object).flatMap(([field, expression]) => {
    if (expression?.error === undefined) return [];
    return [{ type: "FieldValueInvalid", field, badValue: expression.source, detail: expression.error }];
  });
}

function expressionsOf(typeName: string, object: object): readonly Located[] {
  switch (typeName) {
    case validatingAdmissionPolicies.typeName:
      return ofValidating(object as ValidatingAdmissionPolicy);
    case mutatingAdmissionPolicies.typeName:
      return ofMutating(object as MutatingAdmissionPolicy);
    case validatingWebhookConfigurations.typeName:
    case mutatingWebhookConfigurations.typeName:
      return ofWebhooks(object as ValidatingWebhookConfiguration | MutatingWebhookConfiguration);
    default:
      return [];
  }
}

function ofValidating(policy: ValidatingAdmissionPolicy): readonly Located[] {
  const { conditions, variables, validations, annotations } = compileValidating(policy);
  return [
    ...inList("spec.matchConditions", "expression", conditions),
    ...inList(
      "spec.variables",
      "expression",
      variables.map(({ expression }) => expression),
    ),
    ...validations.flatMap(({ expression, message }, index): readonly Located[] => [
      [`spec.validations[${index}].expression`, expression],
      [`spec.validations[${index}].messageExpression`, message],
    ]),
    ...inList(
      "spec.auditAnnotations",
      "valueExpression",
      annotations.map(({ value }) => value),
    ),
  ];
}

function ofMutating(policy: MutatingAdmissionPolicy): readonly Located[] {
  const { conditions, variables, mutations } = compileMutating(policy);
  return [
    ...inList("spec.matchConditions", "expression", conditions),
    ...inList(
      "spec.variables",
      "expression",
      variables.map(({ expression }) => expression),
    ),
    ...mutations.map(({ patchType, expression }, index): Located => {
      const form = patchType === "JSONPatch" ? "jsonPatch" : "applyConfiguration";
      return [`spec.mutations[${index}].${form}.expression`, expression];
    }),
  ];
}

function ofWebhooks({
  webhooks = [],
}: ValidatingWebhookConfiguration | MutatingWebhookConfiguration): readonly Located[] {
  const list: readonly { readonly matchConditions?: readonly MatchCondition[] | undefined }[] = webhooks;
  if (list.every(({ matchConditions }) => !matchConditions?.length)) return [];
  const env = admissionEnv({ authorizer: true });
  return list.flatMap(({ matchConditions }, index) =>
    inList(`webhooks[${index}].matchConditions`, "expression", compileConditions(matchConditions, env)),
  );
}

function inList(field: string, member: string, expressions: readonly CompiledExpression[]): readonly Located[] {
  return expressions.map((expression, index) => [`${field}[${index}].${member}`, expression]);
}
