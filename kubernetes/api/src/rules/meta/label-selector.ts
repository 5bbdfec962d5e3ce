/** Label selectors inside specs: their validation, and whether they match a template. */
import type { LabelSelector, LabelSelectorRequirement } from "@skiff/api/meta/v1";
import { fromLabelSelector, matches } from "../../labels.ts";
import { isLabelValue, isQualifiedName } from "../../names.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import { checkLabels } from "./labels.ts";

/** Checks a selector; an absent one is fine. */
export function checkLabelSelector(selector: LabelSelector | undefined, field: string, errors: FieldError[]): void {
  if (selector === undefined) return;
  checkLabels(selector.matchLabels, `${field}.matchLabels`, errors);
  selector.matchExpressions?.forEach((requirement, index) => {
    checkRequirement(requirement, `${field}.matchExpressions[${index}]`, errors);
  });
}

function checkRequirement(requirement: LabelSelectorRequirement, field: string, errors: FieldError[]): void {
  const { operator = "", key = "", values = [] } = requirement;
  if (!checkSetOperator(operator, values, field, errors)) {
    errors.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  }
  for (const reason of isQualifiedName(key)) errors.push(invalid(`${field}.key`, key, reason));
  values.forEach((value, index) => {
    for (const reason of isLabelValue(value)) errors.push(invalid(`${field}.values[${index}]`, value, reason));
  });
}

/** Checks how many values go with an operator on sets; false for an operator that is none. */
export function checkSetOperator(
  operator: string,
  values: readonly string[],
  field: string,
  errors: FieldError[],
): boolean {
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0) {
        errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      return true;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0) {
        errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      return true;
    default:
      return false;
  }
}

/** Whether the selector asks for nothing, and so matches everything. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

/** Whether the selector of a workload matches the labels of its template; one that is malformed matches nothing. */
export function selectorMatches(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const errors: FieldError[] = [];
  checkLabelSelector(selector, "", errors);
  return errors.length === 0 && matches(fromLabelSelector(selector), labels);
}
