/** Label selectors, in both forms: the text of a query and the object of a spec. */
import { StatusError } from "./errors.ts";
import type { LabelSelector } from "./generated/types/meta/v1.ts";
import type { Requirement, SelectorOperator } from "./label-requirement.ts";
import { parseRequirements } from "./label-selector-parser.ts";

export type { Requirement, SelectorOperator } from "./label-requirement.ts";

/** The labels of an object; absent means none. */
export type Labels = Readonly<Record<string, string>> | undefined;

/** A set of labels is selected when every requirement holds; `nothing` selects none whatever the requirements. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly nothing?: boolean;
}

/** Selects every object. */
export const everything: Selector = { requirements: [] };

/** Selects no object. */
export const nothing: Selector = { requirements: [], nothing: true };

/** Reads the text of a query (`app=web,tier in (a,b),!old`). Throws StatusError 400 with the server's wording. */
export function parseSelector(text: string): Selector {
  if (text === "") return everything;
  const parsed = parseRequirements(text);
  if ("error" in parsed) throw StatusError.badRequest(parsed.error);
  return { requirements: parsed.requirements };
}

const OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  In: "In",
  NotIn: "NotIn",
  Exists: "Exists",
  DoesNotExist: "DoesNotExist",
};

/** The selector of a spec: absent selects nothing, empty selects everything. Throws on an operator validation would refuse. */
export function fromLabelSelector(selector: LabelSelector | undefined): Selector {
  if (!selector) return nothing;
  const exact = fromLabels(selector.matchLabels).requirements;
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }): Requirement => {
    const known = OPERATORS[operator];
    if (!known) throw StatusError.badRequest(`"${operator}" is not a valid label selector operator`);
    return { key, operator: known, values: values ?? [] };
  });
  return { requirements: [...exact, ...expressions] };
}

/** Selects the objects that have all of `labels`: none given selects everything. */
export function fromLabels(labels: Labels): Selector {
  return {
    requirements: Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: "Equals", values: [value] })),
  };
}

/** Whether `labels` satisfy every requirement. */
export function matches(selector: Selector, labels: Labels): boolean {
  if (selector.nothing) return false;
  for (const requirement of selector.requirements) {
    if (!holds(requirement, labels)) return false;
  }
  return true;
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
    case "Equals":
      return value !== undefined && values.includes(value);
    case "NotIn":
    case "NotEquals":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "GreaterThan":
      return isInteger(value) && BigInt(value) > BigInt(values[0] ?? "0");
    case "LessThan":
      return isInteger(value) && BigInt(value) < BigInt(values[0] ?? "0");
  }
}

function isInteger(value: string | undefined): value is string {
  return value !== undefined && /^[+-]?\d{1,19}$/.test(value);
}

/** The text form of a selector, as a query spells it and as scale's `status.selector` carries it. */
export function selectorText(selector: Selector): string {
  return selector.requirements.map(requirementText).join(",");
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return `${key} in (${values.toSorted().join(",")})`;
    case "NotIn":
      return `${key} notin (${values.toSorted().join(",")})`;
    case "Equals":
      return `${key}=${values[0] ?? ""}`;
    case "NotEquals":
      return `${key}!=${values[0] ?? ""}`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "GreaterThan":
      return `${key}>${values[0] ?? ""}`;
    case "LessThan":
      return `${key}<${values[0] ?? ""}`;
  }
}
