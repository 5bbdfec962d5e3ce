/** What a policy says of one request, with one parameter. */
import { RUNTIME_BUDGET, typeNameOf } from "@skiff/api/cel";
import { type Values, withValues } from "../cel/activation.ts";
import { meetsConditions } from "../cel/conditions.ts";
import { BudgetSpent, evaluate, type TotalBudget } from "../cel/expression.ts";
import { variablesIn } from "../cel/variables.ts";
import type { CompiledPolicy, CompiledValidation } from "./compiled-policy.ts";

/** A validation that does not hold, or could not be told. */
export interface Objection {
  /** Its place among the policy's validations. */
  readonly index: number;
  readonly message: string;
  readonly reason?: string | undefined;
}

/** The verdict. */
export interface PolicyVerdict {
  readonly objections: readonly Objection[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Annotations that could not be made; they deny the request whatever the binding's actions. */
  readonly annotationErrors: readonly string[];
}

const NOTHING: PolicyVerdict = { objections: [], annotations: [], annotationErrors: [] };
const LONGEST_MESSAGE = 5 * 1024;

/** Asks the policy. `params` is the object of its paramKind, or null. Throws VerdictPending. */
export function evaluatePolicy(
  policy: CompiledPolicy,
  values: Values,
  params: object | null,
  failurePolicy: string | undefined,
): PolicyVerdict {
  const withParams = withValues(values, { params });
  const ignores = failurePolicy === "Ignore";
  const failed = (message: string, index = 0): PolicyVerdict =>
    ignores ? NOTHING : { ...NOTHING, objections: [{ index, message }] };
  const met = meetsConditions(policy.conditions, withParams, failurePolicy);
  if (met.error !== undefined) return failed(met.error);
  if (!met.matches) return NOTHING;
  const total: TotalBudget = { remaining: RUNTIME_BUDGET };
  const whole = variablesIn(policy.variables, withParams, total);
  try {
    const objections = policy.validations.flatMap((one, index): readonly Objection[] => {
      const { value, error } = evaluate(one.expression, whole, total);
      if (error !== undefined) return ignores ? [] : [{ index, message: error }];
      if (value === true) return [];
      return [{ index, message: messageOf(one, whole, total), reason: one.validation.reason ?? "Invalid" }];
    });
    return { objections, ...annotationsOf(policy, whole, ignores) };
  } catch (error) {
    if (error instanceof BudgetSpent) return failed(error.message);
    throw error;
  }
}

/** The text of the messageExpression, where it gives a usable one; else the message; else the expression itself. */
function messageOf({ validation, message }: CompiledValidation, values: Values, total: TotalBudget): string {
  const { value } = message ? evaluate(message, values, total) : {};
  const text = typeof value === "string" ? value.trim() : "";
  const usable = text !== "" && !text.includes("\n") && Buffer.byteLength(text) <= LONGEST_MESSAGE;
  if (usable) return text;
  return validation.message?.trim() || `failed expression: ${validation.expression.trim()}`;
}

function annotationsOf({ annotations }: CompiledPolicy, values: Values, ignores: boolean) {
  const total: TotalBudget = { remaining: RUNTIME_BUDGET };
  const made: { key: string; value: string }[] = [];
  const errors: string[] = [];
  for (const { key, value: expression } of annotations) {
    const { value, error } = evaluate(expression, values, total);
    if (error !== undefined) errors.push(error);
    else if (typeof value === "string") {
      if (value.trim() !== "") made.push({ key, value: value.trim() });
    } else if (value !== null) {
      errors.push(
        `valueExpression '${expression.source}' resulted in unsupported return type: ${typeNameOf(value)}. Return type must be either string or null.`,
      );
    }
  }
  return { annotations: made, annotationErrors: ignores ? [] : errors };
}
