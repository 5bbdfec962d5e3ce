/** Checks a policy's expressions against the types its rules name, beforehand: what is found is a warning, for people. */
import type { ResourceInfo } from "@skiff/api";
import { apiVersionOf } from "@skiff/api";
import type { ExpressionWarning, ValidatingAdmissionPolicy } from "@skiff/api/admissionregistration/v1";
import { tableCelType } from "@skiff/api/cel";
import type { ServedResources } from "../../state/served-resources.ts";
import { ConfigurationError, paramResource } from "../policies/params.ts";
import { type CompiledPolicy, compilePolicy } from "./compiled-policy.ts";

/** Types checked at most: a policy about more than these is about nothing in particular. */
const MOST_TYPES = 10;
const PREFIX = "compilation failed: ";

/** What would go wrong, by expression, with the types that custom resources have at this time. */
export function typeWarnings(
  policy: ValidatingAdmissionPolicy,
  served: Pick<ServedResources, "find" | "findKind">,
): readonly ExpressionWarning[] {
  const paramsType = typeOfParams(policy, served);
  const compiled = namedResources(policy, served).map((info) => {
    const objectType = celTypeOfKind(info);
    return { info, policy: compilePolicy(policy, { objectType, ...(paramsType && { paramsType }) }) };
  });
  const warnings: ExpressionWarning[] = [];
  policy.spec.validations?.forEach((_, index) => {
    for (const member of ["expression", "messageExpression"] as const) {
      const found = compiled.flatMap(({ info, policy }) => {
        const error = errorOf(policy, index, member);
        return error === undefined ? [] : [`${apiVersionOf(info)}, Kind=${info.kind}: ${error}`];
      });
      if (found.length === 0) continue;
      warnings.push({ fieldRef: `spec.validations[${index}].${member}`, warning: found.join("\n") });
    }
  });
  return warnings;
}

function celTypeOfKind({ typeName, objectType }: ResourceInfo) {
  return objectType?.celType?.() ?? tableCelType(typeName);
}

function errorOf({ validations }: CompiledPolicy, index: number, member: "expression" | "messageExpression") {
  const validation = validations[index];
  const error = (member === "expression" ? validation?.expression : validation?.message)?.error;
  return error?.startsWith(PREFIX) ? error.slice(PREFIX.length) : error;
}

/** The resources that the rules name one by one. */
function namedResources(
  { spec }: ValidatingAdmissionPolicy,
  served: Pick<ServedResources, "find">,
): readonly ResourceInfo[] {
  const found = new Set<ResourceInfo>();
  for (const rule of spec.matchConstraints?.resourceRules ?? []) {
    for (const group of rule.apiGroups ?? []) {
      for (const version of rule.apiVersions ?? []) {
        for (const plural of rule.resources ?? []) {
          const info = served.find(group, version, plural);
          if (info) found.add(info);
        }
      }
    }
  }
  return [...found].slice(0, MOST_TYPES);
}

function typeOfParams({ spec }: ValidatingAdmissionPolicy, served: Pick<ServedResources, "findKind">) {
  if (!spec.paramKind) return undefined;
  try {
    const info = paramResource(spec.paramKind, { served });
    return celTypeOfKind(info);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
