/** Finds the types of an expression, and what is wrong with them. */
import type { Issue } from "./cel-errors.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  isDyn,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  typeText,
  UINT,
} from "./cel-type.ts";
import type { CelEnv } from "./environment.ts";
import type { Call, Comprehension, Expression, ListLiteral, MapLiteral, Select, StructLiteral } from "./expression.ts";
import type { Overload } from "./overload.ts";
import { TypeSolver } from "./type-solver.ts";

/** What a checked name stands for: a variable of the environment (whole dotted name), a loop's, or a type. */
export type Reference =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "local"; readonly name: string }
  | { readonly kind: "type"; readonly type: CelType };

/** What the checker found out, by node. */
export interface Checked {
  readonly type: CelType;
  typeOf(node: Expression): CelType;
  /** Of identifiers, and of selects that are one dotted name. */
  reference(node: Expression): Reference | undefined;
  /** The forms a call may take at run time. */
  candidates(node: Call): readonly Overload[];
  readonly issues: readonly Issue[];
}

const LITERALS = { int: INT, uint: UINT, double: DOUBLE, string: STRING, bytes: BYTES, bool: BOOL, null_type: NULL };

/** Checks `expression` against what `env` declares. */
export function check(expression: Expression, env: CelEnv): Checked {
  const checker = new Checker(env);
  const type = checker.check(expression);
  const resolved = new Map<number, CelType>();
  return {
    type: checker.solver.resolve(type, true),
    typeOf: ({ id }) => {
      let found = resolved.get(id);
      if (!found) {
        found = checker.solver.resolve(checker.types.get(id) ?? DYN, true);
        resolved.set(id, found);
      }
      return found;
    },
    reference: ({ id }) => checker.references.get(id),
    candidates: ({ id }) => checker.candidates.get(id) ?? [],
    issues: checker.issues,
  };
}

class Checker {
  readonly #env: CelEnv;
  readonly solver = new TypeSolver();
  readonly types = new Map<number, CelType>();
  readonly references = new Map<number, Reference>();
  readonly candidates = new Map<number, readonly Overload[]>();
  readonly issues: Issue[] = [];
  #locals: readonly (readonly [string, CelType])[] = [];
  /** Whether the literal being checked may mix types: the arguments of `format` do. */
  #mixed = false;

  constructor(env: CelEnv) {
    this.#env = env;
  }

  check(node: Expression): CelType {
    const type = this.#typeOf(node);
    this.types.set(node.id, type);
    return type;
  }

  #refuse(node: { readonly offset: number }, message: string): CelType {
    this.issues.push({ offset: node.offset, message });
    return ERROR;
  }

  #text(type: CelType): string {
    const known = this.solver.resolve(type);
    return typeText(known.kind === "parameter" ? DYN : this.solver.resolve(type, true));
  }

  #typeOf(node: Expression): CelType {
    switch (node.form) {
      case "literal":
        return LITERALS[node.type];
      case "identifier":
        return (
          this.#name(node, node.name) ?? this.#refuse(node, `undeclared reference to '${node.name}' (in container '')`)
        );
      case "select":
        return this.#select(node);
      case "call":
        return this.#call(node);
      case "list":
        return this.#list(node);
      case "map":
        return this.#map(node);
      case "struct":
        return this.#struct(node);
      case "comprehension":
        return this.#comprehension(node);
    }
  }

  /** The type of what the name stands for; a leading dot looks past the variables of loops. */
  #name(node: Expression, text: string): CelType | undefined {
    const name = text.replace(/^\./, "");
    const local = text.startsWith(".") ? undefined : this.#locals.findLast(([known]) => known === name);
    if (local) {
      this.references.set(node.id, { kind: "local", name });
      return local[1];
    }
    const { variables } = this.#env;
    if (Object.hasOwn(variables, name)) {
      this.references.set(node.id, { kind: "variable", name });
      return variables[name];
    }
    const type = name === "list" ? listOf(DYN) : name === "map" ? mapOf(DYN, DYN) : namedType(this.#env, name);
    if (!type) return undefined;
    this.references.set(node.id, { kind: "type", type });
    return { kind: "type", of: type };
  }

  #select(node: Select): CelType {
    const whole = node.test || node.optional ? undefined : dottedName(node);
    if (whole !== undefined && !this.#locals.some(([name]) => name === whole.split(".", 1)[0])) {
      const found = this.#name(node, whole);
      if (found) return found;
    }
    const operand = this.check(node.operand);
    const field = this.#field(node, operand);
    if (node.test) return BOOL;
    return node.optional && !isOptional(this.solver.resolve(field)) ? optionalOf(field) : field;
  }

  #field(node: Select, operandType: CelType): CelType {
    const operand = this.solver.resolve(operandType);
    if (isDyn(operand) || operand.kind === "parameter") return DYN;
    if (operand.kind === "map") return operand.value;
    if (isOptional(operand)) {
      const inner = this.#field(node, operand.parameters[0] ?? DYN);
      return optionalOf(inner);
    }
    if (operand.kind === "object") {
      return operand.field(node.field)?.type ?? this.#refuse(node, `undefined field '${node.field}'`);
    }
    return this.#refuse(node, `type '${this.#text(operand)}' does not support field selection`);
  }

  #call(node: Call): CelType {
    const { name, target } = node;
    const spaced = target && dottedName(target);
    if (spaced !== undefined && !this.#locals.some(([local]) => local === spaced.split(".", 1)[0])) {
      const forms = this.#env.overloads(`${spaced}.${name}`).filter((form) => !form.method);
      if (forms.length > 0) return this.#resolve(node, `${spaced}.${name}`, forms, node.arguments, false);
    }
    const forms = this.#env.overloads(name);
    if (forms.length === 0) {
      if (target) this.check(target);
      for (const argument of node.arguments) this.check(argument);
      return this.#refuse(node, `undeclared reference to '${name}' (in container '')`);
    }
    const suited = forms.filter((form) => form.method === (target !== undefined));
    return this.#resolve(
      node,
      name,
      suited,
      target ? [target, ...node.arguments] : node.arguments,
      target !== undefined,
    );
  }

  #resolve(
    node: Call,
    name: string,
    forms: readonly Overload[],
    args: readonly Expression[],
    isMethod: boolean,
  ): CelType {
    const types = args.map((argument) => {
      this.#mixed = name === "format" && argument.form === "list";
      return this.check(argument);
    });
    this.#mixed = false;
    const fitting: Overload[] = [];
    let result: CelType | undefined;
    for (const form of forms) {
      if (form.parameters.length !== types.length) continue;
      const [returned = DYN, ...wanted] = this.solver.instantiate([form.result, ...form.parameters]);
      const fits = () => this.solver.allAssignable(types, wanted);
      // Once one form fits, what others would imply is not certain.
      if (fitting.length > 0 ? !this.solver.tentatively(fits) : !fits()) continue;
      fitting.push(form);
      const found = this.solver.resolve(returned);
      if (result === undefined) result = found;
      else if (this.#text(result) !== this.#text(found)) result = DYN;
    }
    if (result === undefined) {
      if (types.some((type) => type === ERROR)) return ERROR;
      const shown = types.map((type) => this.#text(type));
      const applied = isMethod ? `${shown[0]}.(${shown.slice(1).join(", ")})` : `(${shown.join(", ")})`;
      return this.#refuse(node, `found no matching overload for '${name}' applied to '${applied}'`);
    }
    this.candidates.set(node.id, fitting);
    return result;
  }

  #list({ items, optional }: ListLiteral): CelType {
    const mixed = this.#mixed;
    this.#mixed = false;
    let element: CelType | undefined;
    items.forEach((item, index) => {
      let type = this.check(item);
      if (optional.has(index)) type = this.#inside(item, type);
      element = mixed ? DYN : this.#joined(item, element, type);
    });
    return listOf(element ?? this.solver.unknown());
  }

  /** The type inside an optional one. */
  #inside(node: Expression, type: CelType): CelType {
    const known = this.solver.resolve(type);
    if (isDyn(known)) return DYN;
    if (isOptional(known)) return known.parameters[0] ?? DYN;
    return this.#refuse(node, `expected type 'optional_type(${this.#text(known)})' but found '${this.#text(known)}'`);
  }

  /** Elements of one literal are of one type, unless some are `dyn`. */
  #joined(node: Expression, present: CelType | undefined, added: CelType): CelType {
    if (present === undefined) return added;
    const joined = this.solver.join(present, added);
    const known = [present, added].map((type) => this.solver.resolve(type));
    if (isDyn(joined) && !known.some((type) => isDyn(type))) {
      return this.#refuse(node, `expected type '${this.#text(present)}' but found '${this.#text(added)}'`);
    }
    return joined;
  }

  #map({ entries }: MapLiteral): CelType {
    let key: CelType | undefined;
    let value: CelType | undefined;
    for (const entry of entries) {
      key = this.#joined(entry.key, key, this.check(entry.key));
      const type = this.check(entry.value);
      value = this.#joined(entry.value, value, entry.optional ? this.#inside(entry.value, type) : type);
    }
    return mapOf(key ?? this.solver.unknown(), value ?? this.solver.unknown());
  }

  #struct(node: StructLiteral): CelType {
    const type = namedType(this.#env, node.name);
    if (!type) {
      for (const { value } of node.fields) this.check(value);
      return this.#refuse(node, `undeclared reference to '${node.name}' (in container '')`);
    }
    if (type.kind !== "object") return this.#refuse(node, `'${node.name}' is not a message type`);
    for (const { name, value, optional } of node.fields) {
      const given = this.check(value);
      const field = type.field(name);
      if (!field) this.#refuse(value, `undefined field '${name}'`);
      else if (!this.solver.assignable(optional ? this.#inside(value, given) : given, field.type)) {
        const message = `expected type of field '${name}' is '${this.#text(field.type)}' but provided type is '${this.#text(given)}'`;
        this.#refuse(value, message);
      }
    }
    return type;
  }

  #comprehension(node: Comprehension): CelType {
    const range = this.solver.resolve(this.check(node.range));
    const [first, second] = this.#elements(node, range);
    const accumulated = this.check(node.initial);
    const outside = this.#locals;
    const accumulator = [node.accumulator, accumulated] as const;
    const loop: (readonly [string, CelType])[] = [
      accumulator,
      [node.variable, first],
      ...(node.variable2 === undefined ? [] : [[node.variable2, second] as const]),
    ];
    this.#locals = [...outside, ...loop];
    const condition = this.check(node.condition);
    if (!this.solver.assignable(condition, BOOL)) {
      this.#refuse(node.condition, `expected type 'bool' but found '${this.#text(condition)}'`);
    }
    if (node.macro === "bind") this.#locals = [...outside, accumulator];
    const step = this.check(node.step);
    if (!this.solver.assignable(step, accumulated)) {
      this.#refuse(node.step, `expected type '${this.#text(accumulated)}' but found '${this.#text(step)}'`);
    }
    this.#locals = [...outside, accumulator];
    const result = this.check(node.result);
    this.#locals = outside;
    return this.solver.resolve(result);
  }

  /** The types of a loop's variables. */
  #elements(node: Comprehension, range: CelType): [CelType, CelType] {
    if (range.kind === "list") return node.variable2 === undefined ? [range.element, DYN] : [INT, range.element];
    if (range.kind === "map") return [range.key, range.value];
    if (isDyn(range) || range.kind === "parameter") return [DYN, DYN];
    const why = `expression of type '${this.#text(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`;
    this.#refuse(node.range, why);
    return [ERROR, ERROR];
  }
}

/** The name a chain of selects spells, where it is one. */
export function dottedName(node: Expression): string | undefined {
  if (node.form === "identifier") return node.name;
  if (node.form !== "select" || node.test || node.optional) return undefined;
  const before = dottedName(node.operand);
  return before === undefined ? undefined : `${before}.${node.field}`;
}

function isOptional(type: CelType): type is Extract<CelType, { kind: "opaque" }> {
  return type.kind === "opaque" && type.name === "optional_type";
}

function namedType(env: CelEnv, name: string): CelType | undefined {
  return env.namedType(name.replace(/^\./, ""));
}
