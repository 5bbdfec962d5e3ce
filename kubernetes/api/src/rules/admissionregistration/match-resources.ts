/** Which requests an admission policy is for. */
import type { MatchResources, NamedRuleWithOperations, ParamKind, ParamRef } from "@skiff/api/admissionregistration/v1";
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { checkForm } from "../meta/formats.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { checkRule } from "./webhook-rule.ts";

/** Fills in what matches everything. */
export function defaultMatchResources(match: Mutable<MatchResources> | undefined): void {
  if (match === undefined) return;
  match.matchPolicy ??= "Equivalent";
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= "*";
}

/** Checks it after its defaults; an absent one is fine. */
export function checkMatchResources(match: MatchResources | undefined, field: string, errors: FieldError[]): void {
  if (match === undefined) return;
  checkOneOf(match.matchPolicy, ["Equivalent", "Exact"], `${field}.matchPolicy`, errors);
  for (const name of ["namespaceSelector", "objectSelector"] as const) {
    if (match[name] === undefined) errors.push(required(`${field}.${name}`));
    checkLabelSelector(match[name], `${field}.${name}`, errors);
  }
  for (const name of ["resourceRules", "excludeResourceRules"] as const) {
    match[name]?.forEach((rule, index) => {
      checkNamedRule(rule, `${field}.${name}[${index}]`, errors);
    });
  }
}

function checkNamedRule(rule: NamedRuleWithOperations, field: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  rule.resourceNames?.forEach((name, index) => {
    const at = `${field}.resourceNames[${index}]`;
    checkForm(name, isPathSegmentName, at, errors);
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
  });
  checkRule(rule, field, errors);
}

/** Checks the kind of a policy's parameters: what it must be to be served by somebody. */
export function checkParamKind(kind: ParamKind | undefined, field: string, errors: FieldError[]): void {
  if (kind === undefined) return;
  const apiVersion = kind.apiVersion ?? "";
  if (apiVersion === "") errors.push(required(`${field}.apiVersion`));
  else checkApiVersion(apiVersion, `${field}.apiVersion`, errors);
  if (!kind.kind) {
    errors.push(required(`${field}.kind`));
    return;
  }
  const reasons = isDns1035Label(kind.kind.toLowerCase());
  if (reasons.length === 0) return;
  const why = `may have mixed case, but should otherwise match: ${reasons.join(",")}`;
  errors.push(invalid(`${field}.kind`, kind.kind, why));
}

function checkApiVersion(apiVersion: string, field: string, errors: FieldError[]): void {
  const parts = apiVersion === "/" ? [""] : apiVersion.split("/");
  if (parts.length > 2) {
    errors.push(invalid(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
    return;
  }
  const version = parts.at(-1) ?? "";
  const group = parts.length === 2 ? (parts[0] ?? "") : "";
  const inGroup = group === "" ? [] : isDns1123Subdomain(group);
  if (inGroup.length > 0) errors.push(invalid(field, group, inGroup.join(",")));
  if (version === "") {
    errors.push(invalid(field, apiVersion, "version must be specified"));
    return;
  }
  const inVersion = isDns1035Label(version);
  if (inVersion.length > 0) errors.push(invalid(field, version, inVersion.join(",")));
}

/** Checks how a binding finds the parameters: by name or by labels. */
export function checkParamRef(ref: ParamRef | undefined, field: string, errors: FieldError[]): void {
  if (ref === undefined) return;
  const both = "name and selector are mutually exclusive";
  if (ref.name) {
    checkForm(ref.name, isPathSegmentName, `${field}.name`, errors);
    if (ref.selector) errors.push(forbidden(`${field}.name`, both));
  }
  if (ref.selector) {
    checkLabelSelector(ref.selector, `${field}.selector`, errors);
    if (ref.name) errors.push(forbidden(`${field}.selector`, both));
  }
  if (!ref.name && !ref.selector) errors.push(required(field, "one of name or selector must be specified"));
  checkOneOf(ref.parameterNotFoundAction, ["Deny", "Allow"], `${field}.parameterNotFoundAction`, errors);
}
