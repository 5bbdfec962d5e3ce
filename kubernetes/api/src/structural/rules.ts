/** Evaluates the rules of a schema on an object, within what evaluations may cost. */
import { CelError, CostExceeded } from "../cel/cel-errors.ts";
import { PER_CALL_LIMIT, RUNTIME_BUDGET } from "../cel/limits.ts";
import { fromJson, Optional } from "../cel/values.ts";
import type { FieldError, FieldErrorType } from "../rules/field-error.ts";
import { type CompiledRule, type RuleTree, ruleTreeOf } from "./compiled-rules.ts";
import { oldItems } from "./old-items.ts";
import { sameJson } from "./same-json.ts";
import { isMembers, type Schema } from "./schema.ts";

const LONGEST_MESSAGE = 5120;

/** Checks an API object by the rules of its schema. `old` is what it replaces. */
export function validateRules(object: unknown, schema: Schema, old?: unknown): FieldError[] {
  const tree = ruleTreeOf(schema);
  if (!tree) return [];
  const run = new RuleRun();
  run.check(tree, object, old, "");
  return run.errors;
}

class RuleRun {
  readonly errors: FieldError[] = [];
  #remaining = RUNTIME_BUDGET;
  #over = false;

  check(tree: RuleTree, value: unknown, old: unknown, path: string): void {
    if (this.#over || value === undefined || (value === null && tree.schema.nullable)) return;
    const unchanged = old !== undefined && sameJson(value, old);
    for (const rule of tree.rules) {
      if (this.#over) return;
      this.#evaluate(rule, tree, value, old, path, unchanged);
    }
    if (Array.isArray(value)) {
      if (!tree.items) return;
      const before = oldItems(old, tree.schema);
      for (const [index, item] of value.entries()) this.check(tree.items, item, before(item), `${path}[${index}]`);
      return;
    }
    if (!isMembers(value)) return;
    const before = isMembers(old) ? old : {};
    for (const [name, part] of tree.properties) {
      this.check(part, value[name], before[name], path === "" ? name : `${path}.${name}`);
    }
    if (!tree.additional) return;
    for (const [name, member] of Object.entries(value))
      this.check(tree.additional, member, before[name], `${path}[${name}]`);
  }

  #refuse(type: FieldErrorType, path: string, tree: RuleTree, detail: string): void {
    const badValue = type === "FieldValueRequired" || type === "FieldValueForbidden" ? "" : (tree.schema.type ?? "");
    this.errors.push({ type, field: path === "" ? "<nil>" : path, badValue, detail });
  }

  #evaluate(
    compiled: CompiledRule,
    tree: RuleTree,
    value: unknown,
    old: unknown,
    path: string,
    unchanged: boolean,
  ): void {
    const { rule, program, transition } = compiled;
    if (transition && old === undefined && !rule.optionalOldSelf) return;
    const activation = {
      self: fromJson(value, tree.type),
      oldSelf: rule.optionalOldSelf
        ? new Optional(old === undefined ? undefined : fromJson(old, tree.type))
        : old === undefined
          ? null
          : fromJson(old, tree.type),
    };
    let holds: unknown;
    try {
      holds = this.#within((budget) => program.evaluate(activation, budget));
    } catch (error) {
      this.#failed(error, compiled, tree, path);
      return;
    }
    if (this.#over) {
      this.#refuse("FieldValueInvalid", path, tree, OUT_OF_BUDGET);
      return;
    }
    // What was there before the rule was stays; what the rule says of changes does not depend on when it came.
    if (holds === true || (unchanged && !transition)) return;
    const type = (rule.reason as FieldErrorType | undefined) ?? "FieldValueInvalid";
    this.#refuse(type, path + relativePath(rule.fieldPath, path), tree, this.#message(compiled, activation));
  }

  /** Runs one evaluation, with what it may cost alone and what all may still cost together. */
  #within<T>(evaluate: (budget: { remaining: number }) => T): T {
    const budget = { remaining: PER_CALL_LIMIT };
    try {
      return evaluate(budget);
    } finally {
      this.#remaining -= PER_CALL_LIMIT - budget.remaining;
      if (this.#remaining < 0) this.#over = true;
    }
  }

  #failed(error: unknown, { rule }: CompiledRule, tree: RuleTree, path: string): void {
    if (!(error instanceof CelError) && !(error instanceof CostExceeded)) throw error;
    const text = (rule.message || rule.rule).trim();
    const { message } = error;
    if (error instanceof CostExceeded) {
      this.#over = true;
      const why = `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`;
      this.#refuse("FieldValueInvalid", path, tree, why);
    } else if (message.startsWith("no such overload")) {
      const why = `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`;
      this.#refuse("FieldValueInvalid", path, tree, why);
    } else this.#refuse("FieldValueInvalid", path, tree, `${message} evaluating rule: ${text}`);
  }

  #message({ rule, message }: CompiledRule, activation: Readonly<Record<string, unknown>>): string {
    const plain = rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`;
    if (!message) return plain;
    try {
      const text = this.#within((budget) => message.evaluate(activation, budget));
      if (typeof text !== "string" || text.trim() === "" || text.includes("\n")) return plain;
      return text.length > LONGEST_MESSAGE ? plain : text.trim();
    } catch (error) {
      if (error instanceof CelError || error instanceof CostExceeded) return plain;
      throw error;
    }
  }
}

const OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";

/** `.a.b` as it is appended to a path, without its dot where that is the root's. */
function relativePath(fieldPath: string | undefined, path: string): string {
  if (!fieldPath) return "";
  const normal = fieldPath.replace(/\['((?:[^'\\]|\\.)*)'\]/g, (_all, name: string) =>
    /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${name}]`,
  );
  return path === "" ? normal.replace(/^\./, "") : normal;
}
