/** The rules (`x-kubernetes-validations`) of a schema, compiled. */
import type { ValidationRule } from "@skiff/api/apiextensions/v1";
import { BOOL, type CelType, optionalOf, STRING } from "../cel/cel-type.ts";
import { type CelProgram, compile } from "../cel/compile.ts";
import { createEnv } from "../cel/environment.ts";
import { childrenOf, type Expression } from "../cel/expression.ts";
import { celTypeOf } from "./cel-type.ts";
import { additionalOf, itemsOf, type Schema } from "./schema.ts";

/** One rule, ready to be evaluated. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: CelProgram;
  readonly message: CelProgram | undefined;
  /** Whether it compares with what was there before, and so is evaluated on updates only. */
  readonly transition: boolean;
}

/** The rules of a schema and of what is in it; parts without any are left out. */
export interface RuleTree {
  readonly schema: Schema;
  readonly type: CelType;
  readonly rules: readonly CompiledRule[];
  readonly properties: ReadonlyMap<string, RuleTree>;
  readonly additional: RuleTree | undefined;
  readonly items: RuleTree | undefined;
}

/** What is wrong with a rule; `part` is the member of the rule it is wrong in. */
export interface RuleMistake {
  readonly part: "rule" | "messageExpression";
  readonly detail: string;
}

const trees = new WeakMap<Schema, { readonly tree: RuleTree | undefined }>();

/** The rules of the schema of API objects; undefined where there are none. Rules that do not compile are left out. */
export function ruleTreeOf(root: Schema): RuleTree | undefined {
  let known = trees.get(root);
  if (!known) {
    known = { tree: treeOf(root, "selfType", true) };
    trees.set(root, known);
  }
  return known.tree;
}

function treeOf(schema: Schema, name: string, isRoot: boolean): RuleTree | undefined {
  const properties = new Map<string, RuleTree>();
  for (const [member, part] of Object.entries(schema.properties ?? {})) {
    const tree = treeOf(part, `${name}.${member}`, false);
    if (tree) properties.set(member, tree);
  }
  const [inItems, inRest] = [itemsOf(schema), additionalOf(schema)];
  const items = inItems && treeOf(inItems, `${name}.@idx`, false);
  const additional = inRest && treeOf(inRest, `${name}.@elem`, false);
  const rules = schema["x-kubernetes-validations"] ?? [];
  if (rules.length === 0 && properties.size === 0 && !items && !additional) return undefined;
  const type = celTypeOf(schema, name, isRoot);
  if (!type) return undefined;
  const compiled = rules.flatMap((rule) => compileRule(rule, type).compiled ?? []);
  return { schema, type, rules: compiled, properties, additional, items };
}

/** Compiles one rule for values of that type; the mistakes where it cannot be. */
export function compileRule(
  rule: ValidationRule,
  type: CelType,
): { readonly compiled?: CompiledRule; readonly mistakes: readonly RuleMistake[] } {
  const oldType = rule.optionalOldSelf ? optionalOf(type) : type;
  const env = createEnv({ variables: { self: type, oldSelf: oldType } });
  const mistakes: RuleMistake[] = [];
  const compilePart = (part: RuleMistake["part"], source: string, wanted: CelType, failed: string) => {
    const { program, errors } = compile(source, env);
    if (!program) mistakes.push({ part, detail: `${failed}: ${errors}` });
    else if (program.type.kind !== "simple" || wanted.kind !== "simple" || program.type.name !== wanted.name) {
      mistakes.push({
        part,
        detail:
          wanted === BOOL ? "cel expression must evaluate to a bool" : "messageExpression must evaluate to a string",
      });
    } else return program;
    return undefined;
  };
  const program = compilePart("rule", rule.rule, BOOL, "compilation failed");
  const message = rule.messageExpression
    ? compilePart("messageExpression", rule.messageExpression, STRING, "messageExpression compilation failed")
    : undefined;
  if (!program || mistakes.length > 0) return { mistakes };
  const transition = mentions(program.expression, "oldSelf");
  return { compiled: { rule, program, message, transition }, mistakes };
}

function mentions(node: Expression, name: string): boolean {
  return (node.form === "identifier" && node.name === name) || childrenOf(node).some((part) => mentions(part, name));
}
