/** Role and ClusterRole. */
import type { ClusterRole, PolicyRule, Role } from "@skiff/api/rbac/v1";
import { isPathSegmentName } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { validatedTwice } from "../strategy.ts";

function checkRule(rule: PolicyRule, namespaced: boolean, path: string, errors: FieldError[]): void {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) errors.push(required(`${path}.verbs`, "verbs must contain at least one value"));
  if (nonResourceURLs.length > 0) {
    const field = `${path}.nonResourceURLs`;
    if (namespaced) {
      errors.push(invalid(field, nonResourceURLs, "namespaced rules cannot apply to non-resource URLs"));
    }
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      const why = "rules cannot apply to both regular resources and non-resource URLs";
      errors.push(invalid(field, nonResourceURLs, why));
    }
    return;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  }
  if (resources.length === 0) {
    errors.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  }
}

function checkRules(rules: readonly PolicyRule[] | undefined, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  rules?.forEach((rule, index) => {
    checkRule(rule, namespaced, `rules[${index}]`, errors);
  });
  return errors;
}

const validateRole = ({ rules }: Role): FieldError[] => checkRules(rules, true);

function validateClusterRole({ rules, aggregationRule }: ClusterRole): FieldError[] {
  const errors = checkRules(rules, false);
  if (aggregationRule === undefined) return errors;
  const field = "aggregationRule.clusterRoleSelectors";
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    errors.push(required(field, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  }
  selectors.forEach((selector, index) => {
    checkLabelSelector(selector, `${field}[${index}]`, errors);
  });
  return errors;
}

export const roleRules: KindRules<Role> = {
  name: isPathSegmentName,
  allowCreateOnUpdate: true,
  validate: validateRole,
  validateUpdate: validatedTwice(validateRole),
};

export const clusterRoleRules: KindRules<ClusterRole> = {
  name: isPathSegmentName,
  allowCreateOnUpdate: true,
  validate: validateClusterRole,
  validateUpdate: validatedTwice(validateClusterRole),
};
