/** What is wrong with the rules (`x-kubernetes-validations`) of a schema. */
import type { ValidationRule } from "@skiff/api/apiextensions/v1";
import { RULE_ESTIMATE_LIMIT, SCHEMA_ESTIMATE_LIMIT } from "../cel/limits.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../rules/field-error.ts";
import { celTypeOf } from "./cel-type.ts";
import { compileRule } from "./compiled-rules.ts";
import { simplePath } from "./json-path.ts";
import { estimateRule, LARGEST_REQUEST, leastSize } from "./rule-cost.ts";
import { additionalOf, itemsOf, propertyOf, type Schema } from "./schema.ts";

const REASONS = ["FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate"];
const LONGEST = 2048;
const SIMPLIFY =
  "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared";

/** Where in a schema rules are, as far as that bears on them. */
interface Place {
  readonly schema: Schema;
  readonly field: string;
  readonly typeName: string;
  /** How often a rule here may be evaluated for one object. */
  readonly times: number;
  /** Where the items are that cannot be told from those before a change. */
  readonly uncorrelatable: string | undefined;
}

/** Checks every rule in the schema, and what all of them may cost. */
export function checkRules(root: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const costs = { total: 0 };
  checkPlace({ schema: root, field, typeName: "selfType", times: 1, uncorrelatable: undefined }, true, errors, costs);
  if (costs.total > SCHEMA_ESTIMATE_LIMIT) {
    const factor = factorText(costs.total / SCHEMA_ESTIMATE_LIMIT);
    const why = `x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of ${factor}x (${SIMPLIFY})`;
    errors.push(forbidden(field, why));
  }
  return errors;
}

function checkPlace(place: Place, isRoot: boolean, errors: FieldError[], costs: { total: number }): void {
  const { schema, field, typeName, times, uncorrelatable } = place;
  const rules = schema["x-kubernetes-validations"] ?? [];
  const type = rules.length > 0 ? celTypeOf(schema, typeName, isRoot) : undefined;
  rules.forEach((rule, index) => {
    const at = `${field}.x-kubernetes-validations[${index}]`;
    checkForm(rule, schema, at, errors);
    if (!type || !rule.rule.trim()) return;
    const { compiled, mistakes } = compileRule(rule, type);
    for (const { part, detail } of mistakes) errors.push(invalid(`${at}.${part}`, rule[part], detail));
    if (!compiled) return;
    if (compiled.transition && uncorrelatable !== undefined) {
      const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
      errors.push(invalid(`${at}.rule`, rule.rule, why));
    }
    if (rule.optionalOldSelf !== undefined && !compiled.transition) {
      errors.push(
        invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, "may not be set if oldSelf is not used in rule"),
      );
    }
    const cost = estimateRule(compiled, schema, isRoot) * times;
    costs.total += cost;
    if (cost > RULE_ESTIMATE_LIMIT) {
      const factor = factorText(cost / RULE_ESTIMATE_LIMIT);
      errors.push(forbidden(`${at}.rule`, `estimated rule cost exceeds budget by factor of ${factor}x (${SIMPLIFY})`));
    }
  });
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    const next = { ...place, schema: part, field: `${field}.properties[${name}]`, typeName: `${typeName}.${name}` };
    checkPlace(next, false, errors, costs);
  }
  const [items, additional] = [itemsOf(schema), additionalOf(schema)];
  if (items) {
    const told = schema["x-kubernetes-list-type"] === "map";
    const next = { schema: items, field: `${field}.items`, typeName: `${typeName}.@idx` };
    const most = schema.maxItems ?? mostItems(items);
    checkPlace({ ...next, times: times * most, uncorrelatable: told ? uncorrelatable : field }, false, errors, costs);
  }
  if (additional) {
    const next = { schema: additional, field: `${field}.additionalProperties`, typeName: `${typeName}.@elem` };
    const most = schema.maxProperties ?? mostItems(additional);
    checkPlace({ ...next, times: times * most, uncorrelatable }, false, errors, costs);
  }
}

/** How many items a list may have in the largest request there can be. */
function mostItems(items: Schema): number {
  return Math.floor(LARGEST_REQUEST / (leastSize(items) + 1));
}

function checkForm(rule: ValidationRule, schema: Schema, at: string, errors: FieldError[]): void {
  if (!rule.rule.trim()) errors.push(required(`${at}.rule`, "rule is not specified"));
  const { message, messageExpression, reason, fieldPath } = rule;
  if (message !== undefined && message !== "") {
    if (!message.trim()) errors.push(invalid(`${at}.message`, message, "message must be non-empty if specified"));
    else if (message.trim().includes("\n"))
      errors.push(invalid(`${at}.message`, message, "message must not contain line breaks"));
    else if (message.length > LONGEST)
      errors.push(invalid(`${at}.message`, message, "message must have a maximum length of 2048 characters"));
  } else if (rule.rule.trim().includes("\n") && !messageExpression) {
    errors.push(required(`${at}.message`, "message must be specified if rule contains line breaks"));
  }
  if (messageExpression !== undefined && !messageExpression.trim()) {
    errors.push(required(`${at}.messageExpression`, "messageExpression must be non-empty if specified"));
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, REASONS));
  if (fieldPath) checkFieldPath(fieldPath, schema, `${at}.fieldPath`, errors);
}

/** The path leads to a member that the schema declares. */
function checkFieldPath(fieldPath: string, schema: Schema, at: string, errors: FieldError[]): void {
  const names = simplePath(fieldPath);
  if (!names) {
    errors.push(
      invalid(at, fieldPath, `fieldPath must be a valid path: expected [ or . but got: ${fieldPath.charAt(0)}`),
    );
    return;
  }
  let part: Schema | undefined = schema;
  for (const name of names) {
    part = part && (propertyOf(part, name) ?? additionalOf(part));
    if (part) continue;
    errors.push(invalid(at, fieldPath, "fieldPath must be a valid path: does not refer to a valid field"));
    return;
  }
}

function factorText(factor: number): string {
  if (factor > 100 || !Number.isFinite(factor)) return "more than 100";
  return factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1);
}
