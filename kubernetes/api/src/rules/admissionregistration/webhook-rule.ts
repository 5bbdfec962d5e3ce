/** What a webhook is called for. */
import type { RuleWithOperations } from "@skiff/api/admissionregistration/v1";
import { type FieldError, invalid, required } from "../field-error.ts";
import { checkOneOf, checkOptionalOneOf } from "../meta/one-of.ts";

const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

/** Checks the operations, groups, versions and resources of a rule: each list has something, and `*` stands alone. */
export function checkRule(rule: RuleWithOperations, field: string, errors: FieldError[]): void {
  checkList(rule.operations, `${field}.operations`, "operations", errors);
  rule.operations?.forEach((operation, index) => {
    checkOneOf(operation, OPERATIONS, `${field}.operations[${index}]`, errors);
  });
  checkList(rule.apiGroups, `${field}.apiGroups`, "API groups", errors);
  checkList(rule.apiVersions, `${field}.apiVersions`, "API versions", errors);
  checkEntries(rule.apiVersions, `${field}.apiVersions`, errors);
  checkResources(rule.resources ?? [], `${field}.resources`, errors);
  checkOptionalOneOf(rule.scope, ["*", "Cluster", "Namespaced"], `${field}.scope`, errors);
}

function checkList(list: readonly string[] | undefined, field: string, what: string, errors: FieldError[]): void {
  if (!list?.length) errors.push(required(field));
  else if (list.length > 1 && list.includes("*")) {
    errors.push(invalid(field, list, `if '*' is present, must not specify other ${what}`));
  }
}

function checkEntries(list: readonly string[] | undefined, field: string, errors: FieldError[]): void {
  list?.forEach((entry, index) => {
    if (entry === "") errors.push(required(`${field}[${index}]`));
  });
}

function checkResources(resources: readonly string[], field: string, errors: FieldError[]): void {
  if (resources.length === 0) errors.push(required(field));
  checkEntries(resources, field, errors);
  if (resources.length > 1 && resources.includes("*/*")) {
    errors.push(invalid(field, resources, "if '*/*' is present, must not specify other resources"));
  }
  resources.forEach((entry, index) => {
    const [resource = "", subresource] = entry.split("/", 2);
    if (subresource === undefined) return;
    const covered = `if '${resource}/*' is present, must not specify ${entry}`;
    if (subresource !== "*" && resources.includes(`${resource}/*`)) {
      errors.push(invalid(`${field}[${index}]`, entry, covered));
    } else if (resource !== "*" && subresource !== "" && resources.includes(`*/${subresource}`)) {
      const byAll = `if '*/${subresource}' is present, must not specify ${entry}`;
      errors.push(invalid(`${field}[${index}]`, entry, byAll));
    }
  });
}
