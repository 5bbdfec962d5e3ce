/** Whether a configuration fits its schema: what is applied has to, since a field nobody knows could not be owned. */
import { goText } from "../patch/go-text.ts";
import type { MergeList, MergeMap, MergeType, ScalarForm } from "./merge-type.ts";
import { elementText, itemElement, NoIdentity } from "./path-element.ts";
import { formOf, isMembers, type Members } from "./value-form.ts";

/** Enough problems to work on. */
const MAX_ERRORS = 100;

/** What does not fit, each with its path (`.spec.replicas: expected numeric …`). Empty when all does. */
export function checkTyped(type: MergeType, value: unknown): string[] {
  const errors: string[] = [];
  check(type, value, "", errors);
  return errors;
}

/** The problems as one text. */
export function typedErrorText(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] ?? "") : ["errors:", ...errors.map((error) => `  ${error}`)].join("\n");
}

function check(type: MergeType, value: unknown, path: string, errors: string[]): void {
  if (errors.length >= MAX_ERRORS || value === undefined) return;
  const report = (message: string) => errors.push(path === "" ? message : `${path}: ${message}`);
  const chosen = formOf(type, value);
  if (value === null) return;
  switch (chosen.form) {
    case "scalar": {
      const problem = scalarProblem(chosen.scalar, value);
      if (problem) report(problem);
      return;
    }
    case "list":
      if (Array.isArray(value)) checkItems(chosen.list, value, path, errors);
      else report(`expected list, got ${goValue(value)}`);
      return;
    case "map":
      if (isMembers(value)) checkMembers(chosen.map, value, path, errors);
      else report(`expected map, got ${goValue(value)}`);
  }
}

function checkMembers(map: MergeMap, value: Members, path: string, errors: string[]): void {
  for (const [name, member] of Object.entries(value)) {
    const below = `${path}.${name}`;
    const type = map.field(name)?.type ?? map.element;
    if (!type) {
      errors.push(`${below}: field not declared in schema`);
      return;
    }
    check(type, member, below, errors);
  }
}

function checkItems(list: MergeList, items: readonly unknown[], path: string, errors: string[]): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    let element = `i:${index}`;
    if (list.relationship !== "atomic") {
      try {
        element = itemElement(list, item);
      } catch (error) {
        if (!(error instanceof NoIdentity)) throw error;
        errors.push(`${path}: element ${index}: ${error.message}`);
        continue;
      }
      if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${elementText(element)}`);
      seen.add(element);
    }
    check(list.item, item, path + elementText(element), errors);
  }
}

function scalarProblem(wanted: ScalarForm, value: unknown): string | undefined {
  const found = typeof value;
  switch (wanted) {
    case "numeric":
      return found === "number" ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case "string":
      return found === "string" ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case "boolean":
      return found === "boolean" ? undefined : `expected boolean, got ${goValue(value)}`;
    case "untyped":
      return undefined;
  }
}

/** The Go type of a decoded JSON value. */
function goType(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** A value as Go prints a pointer to the struct around it. */
function goValue(value: unknown): string {
  return `&{${goText(value)}}`;
}

/** A value in Go's own syntax. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]interface {}{${members.map(([name, member]) => `${JSON.stringify(name)}:${goSyntax(member)}`).join(", ")}}`;
}
