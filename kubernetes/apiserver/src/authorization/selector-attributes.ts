/** Selectors as authorization sees them: which objects a list, watch or deletecollection is limited to. */
import { parseSelector, type Requirement, type Selector, StatusError } from "@skiff/api";
import type { FieldSelectorAttributes, LabelSelectorAttributes } from "@skiff/api/authorization/v1";
import { type FieldSelector, parseFieldSelector } from "@skiff/api/server";
import type { Call } from "../call.ts";
import type { Attributes } from "./authorizer.ts";

const LIMITED = new Set(["list", "watch", "deletecollection"]);

/** What a request asks for, with the selectors in its query. A selector that cannot be read limits nothing. */
export function attributesOf({ info, query }: Pick<Call, "info" | "query">): Attributes {
  if (!LIMITED.has(info.verb) || query.size === 0) return info;
  const fields = query.get("fieldSelector");
  const labels = query.get("labelSelector");
  if (!fields && !labels) return info;
  return {
    ...info,
    ...(fields && { fieldSelector: fieldAttributes(fields) }),
    ...(labels && { labelSelector: labelAttributes(labels) }),
  };
}

/** The requirements of a field selector's text, or none where it cannot be read. */
export function fieldAttributes(text: string): FieldSelectorAttributes | undefined {
  const selector = readable(() => parseFieldSelector(text));
  return selector && { requirements: fieldRequirements(selector) };
}

/** The requirements of a label selector's text, or none where it cannot be read. */
export function labelAttributes(text: string): LabelSelectorAttributes | undefined {
  const selector = readable(() => parseSelector(text));
  return selector && { requirements: labelRequirements(selector) };
}

function fieldRequirements({ requirements }: FieldSelector) {
  return requirements.map(({ field, operator, value }) => ({
    key: field,
    operator: operator === "=" ? "In" : "NotIn",
    values: [value],
  }));
}

// Comparisons by size have no counterpart among a label selector's requirements.
function labelRequirements({ requirements }: Selector) {
  return requirements.flatMap(({ key, operator, values }) => {
    const named = LABEL_OPERATORS[operator];
    return named === undefined ? [] : [{ key, operator: named, ...(values.length > 0 && { values: [...values] }) }];
  });
}

const LABEL_OPERATORS: Readonly<Partial<Record<Requirement["operator"], "In" | "NotIn" | "Exists" | "DoesNotExist">>> =
  {
    In: "In",
    Equals: "In",
    NotIn: "NotIn",
    NotEquals: "NotIn",
    Exists: "Exists",
    DoesNotExist: "DoesNotExist",
  };

function readable<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}
