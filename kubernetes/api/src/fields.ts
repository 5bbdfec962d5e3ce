/** Field selectors: `spec.nodeName=a,status.phase!=Failed`. Only the fields a kind declares selectable can be named. */
import { StatusError } from "./errors.ts";
import { quote } from "./go-format.ts";
import { objectTypeOf } from "./object-types.ts";
import type { ResourceInfo } from "./resource-info.ts";
import { skeletonOf } from "./schema/skeleton.ts";

/** One condition on one field. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** All requirements must hold. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
}

/** Reads the text of a query; a backslash takes the next comma, equals sign or backslash literally. Throws StatusError 400. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text)) {
    if (term === "") continue;
    const match = /^((?:\\.|[^\\=!])*?)(==|=|!=)(.*)$/s.exec(term);
    if (!match) throw StatusError.badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = "", operator, value = ""] = match;
    requirements.push({ field, operator: operator === "!=" ? "!=" : "=", value: unescapeValue(value, text) });
  }
  return { requirements };
}

function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^\\,])+/gs) ?? [];
}

function unescapeValue(value: string, text: string): string {
  if (/(?<!\\)(?:\\\\)*\\(?![\\,=])/.test(value)) {
    throw StatusError.badRequest(`invalid field selector: '${text}'; invalid escape sequence in '${value}'`);
  }
  return value.replace(/\\([\\,=])/g, "$1");
}

/** The fields a selector may name on this object, with their values; an unset field is the empty string. */
export function selectableFields(info: ResourceInfo, object: object): Record<string, string> {
  const { metadata } = object as { metadata?: { name?: string; namespace?: string } };
  return {
    "metadata.name": metadata?.name ?? "",
    ...(info.namespaced && { "metadata.namespace": metadata?.namespace ?? "" }),
    ...objectTypeOf(info).selectableFields?.(object),
  };
}

/** Kinds that take a label they have no value for, and kinds whose refusal has words of its own. */
const TAKEN: Readonly<Record<string, string>> = {
  "apps/v1.StatefulSet": "status.successful",
  "batch/v1.CronJob": "status.successful",
};
const REFUSALS: Readonly<Record<string, (field: string) => string>> = {
  "apps/v1.StatefulSet": (field) => `field label not supported for appsv1.StatefulSet: ${field}`,
  "batch/v1.CronJob": (field) => `field label ${quote(field)} not supported for "CronJob"`,
  "batch/v1.Job": (field) => `field label ${quote(field)} not supported for "Job"`,
  "resource/v1.ResourceSlice": (field) =>
    `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
};

/** Throws StatusError 400 where the selector names a field that cannot be selected on. */
export function checkFieldSelector(info: ResourceInfo, selector: FieldSelector): void {
  if (selector.requirements.length === 0) return;
  const known = selectableFields(info, info.objectType ? {} : skeletonOf(info.typeName));
  for (const { field } of selector.requirements) {
    if (Object.hasOwn(known, field) || TAKEN[info.typeName] === field) continue;
    const refusal = info.objectType ? undefined : REFUSALS[info.typeName]?.(field);
    if (refusal !== undefined) throw StatusError.badRequest(refusal);
    // Kinds with selectable fields of their own word it differently from those without.
    if (objectTypeOf(info).selectableFields) throw StatusError.badRequest(`field label not supported: ${field}`);
    throw StatusError.badRequest(
      `${quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
}

/** Whether an object with these selectable fields is selected. */
export function matchesFields(selector: FieldSelector, fields: Readonly<Record<string, string>>): boolean {
  return selector.requirements.every(({ field, operator, value }) => {
    const same = (Object.hasOwn(fields, field) ? fields[field] : "") === value;
    return operator === "=" ? same : !same;
  });
}
