/** Turns a checked expression into functions that evaluate it, counting what that costs. */
import { CelError, CostExceeded } from "./cel-errors.ts";
import { type CelType, isDyn } from "./cel-type.ts";
import { type Checked, dottedName } from "./checker.ts";
import type { Call, Comprehension, Expression, ListLiteral, MapLiteral, Select, StructLiteral } from "./expression.ts";
import { find, sizeOfValue } from "./libraries/comparison.ts";
import type { Overload } from "./overload.ts";
import {
  type CelList,
  type CelMap,
  type CelValue,
  fromJson,
  isList,
  isMap,
  isOfType,
  Optional,
  TypeValue,
  typeNameOf,
  Uint,
  ValueList,
  ValueMap,
} from "./values.ts";

/** What evaluations may still cost; counted down. Several expressions may share one. */
export interface Budget {
  remaining: number;
}

/** The values of variables: an object, or a function that finds them when they are asked for. */
export type Activation = Readonly<Record<string, unknown>> | ((name: string) => unknown);

/** The state of one evaluation. */
interface Frame {
  readonly activation: Activation;
  readonly budget: Budget;
  /** Variables of the environment already looked up. */
  readonly globals: Map<string, CelValue>;
  /** Variables of the loops being run, innermost last. */
  readonly locals: (CelValue | Failure)[];
}

/** What a loop has collected when one of its steps failed: a later step may settle the matter all the same. */
class Failure {
  readonly error: CelError;
  constructor(error: CelError) {
    this.error = error;
  }
}

type Step = (frame: Frame) => CelValue;

/** What creating a list, a map or an object costs. */
const LIST_COST = 10;
const MAP_COST = 30;
const STRUCT_COST = 40;

/** The function that evaluates the expression. Throws CelError, CostExceeded. */
export function evaluator(
  expression: Expression,
  checked: Checked,
  variables: Readonly<Record<string, CelType>>,
): (activation: Activation, budget: Budget) => CelValue {
  const step = new Compiler(checked, variables).compile(expression);
  return (activation, budget) => step({ activation, budget, globals: new Map(), locals: [] });
}

function charge({ budget }: Frame, cost: number): void {
  budget.remaining -= cost;
  if (budget.remaining < 0) throw new CostExceeded();
}

class Compiler {
  readonly #checked: Checked;
  readonly #variables: Readonly<Record<string, CelType>>;
  /** The names of the loops' variables, where the frame has their values. */
  #scope: readonly string[] = [];

  constructor(checked: Checked, variables: Readonly<Record<string, CelType>>) {
    this.#checked = checked;
    this.#variables = variables;
  }

  compile(node: Expression): Step {
    switch (node.form) {
      case "literal": {
        const value = node.type === "uint" ? new Uint(node.value as bigint) : node.value;
        return () => value;
      }
      case "identifier":
        return this.#reference(node);
      case "select":
        return this.#checked.reference(node) ? this.#reference(node) : this.#select(node);
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

  #reference(node: Expression): Step {
    const reference = this.#checked.reference(node);
    if (reference?.kind === "type") {
      const value = new TypeValue(runtimeTypeName(reference.type));
      return () => value;
    }
    if (reference?.kind === "local") {
      const slot = this.#scope.lastIndexOf(reference.name);
      return (frame) => {
        charge(frame, 1);
        const value = frame.locals[slot] ?? null;
        if (value instanceof Failure) throw value.error;
        return value;
      };
    }
    const name = reference?.name ?? "";
    const type = this.#variables[name];
    return (frame) => {
      charge(frame, 1);
      let value = frame.globals.get(name);
      if (value === undefined) {
        const { activation } = frame;
        const json = typeof activation === "function" ? activation(name) : activation[name];
        if (json === undefined) throw new CelError(`no such attribute(s): ${name}`);
        value = fromJson(json, type);
        frame.globals.set(name, value);
      }
      return value;
    };
  }

  #select({ operand, field, test, optional }: Select): Step {
    const inner = this.compile(operand);
    return (frame) => {
      const value = inner(frame);
      charge(frame, 1);
      if (value instanceof Optional) {
        const found = value.value === undefined ? undefined : memberOf(value.value, field, true);
        if (test) return found !== undefined;
        return found instanceof Optional ? found : new Optional(found);
      }
      const found = memberOf(value, field, test || optional);
      if (test) return found !== undefined;
      if (optional) return new Optional(found);
      return found ?? null;
    };
  }

  #call(node: Call): Step {
    const [first, second, third] = node.arguments;
    if (!node.target && first && second) {
      if (node.name === "_&&_") return shortCircuit(this.compile(first), this.compile(second), false);
      if (node.name === "_||_") return shortCircuit(this.compile(first), this.compile(second), true);
      if (node.name === "_?_:_" && third) {
        return conditional(this.compile(first), this.compile(second), this.compile(third));
      }
    }
    if (node.name === "@not_strictly_false" && first) return notStrictlyFalse(this.compile(first));
    const forms = this.#checked.candidates(node);
    const isMethod = forms[0]?.method ?? false;
    const isLazy = node.target && !isMethod ? undefined : node.target;
    const operands = [...(isLazy ? [isLazy] : []), ...node.arguments].map((argument) => this.compile(argument));
    if (isLazy && (node.name === "or" || node.name === "orValue") && typeIsOptional(this.#checked.typeOf(isLazy))) {
      return otherwise(operands[0] as Step, operands[1] as Step, node.name === "orValue");
    }
    const name = node.target && !isMethod ? `${dottedName(node.target) ?? ""}.${node.name}` : node.name;
    return invoke(name, forms, operands);
  }

  #list({ items, optional }: ListLiteral): Step {
    const steps = items.map((item) => this.compile(item));
    return (frame) => {
      const values: CelValue[] = [];
      steps.forEach((step, index) => {
        const value = step(frame);
        if (!optional.has(index)) values.push(value);
        else if (value instanceof Optional && value.value !== undefined) values.push(value.value);
      });
      charge(frame, LIST_COST);
      return new ValueList(values);
    };
  }

  #map({ entries }: MapLiteral): Step {
    const steps = entries.map(({ key, value, optional }) => ({
      key: this.compile(key),
      value: this.compile(value),
      optional,
    }));
    return (frame) => {
      const made: [CelValue, CelValue][] = [];
      for (const { key, value, optional } of steps) {
        const name = key(frame);
        const content = value(frame);
        if (!optional) made.push([name, content]);
        else if (content instanceof Optional && content.value !== undefined) made.push([name, content.value]);
      }
      charge(frame, MAP_COST);
      const map = new ValueMap(made);
      if (map.size < made.length) throw new CelError("Failed with repeated key");
      return map;
    };
  }

  #struct({ name, fields }: StructLiteral): Step {
    const steps = fields.map((field) => ({ ...field, step: this.compile(field.value) }));
    return (frame) => {
      const made: [CelValue, CelValue][] = [];
      for (const { name: field, step, optional } of steps) {
        const value = step(frame);
        if (!optional) made.push([field, value]);
        else if (value instanceof Optional && value.value !== undefined) made.push([field, value.value]);
      }
      charge(frame, STRUCT_COST);
      return new StructValue(name, made);
    };
  }

  #comprehension(node: Comprehension): Step {
    const settling = node.macro === "all" || node.macro === "exists";
    const range = this.compile(node.range);
    const initial = this.compile(node.initial);
    const outside = this.#scope;
    const slot = outside.length;
    const names = [node.accumulator, node.variable, node.variable2 ?? ""];
    this.#scope = [...outside, ...names];
    const condition = this.compile(node.condition);
    const step = this.compile(node.step);
    this.#scope = [...outside, node.accumulator];
    const result = this.compile(node.result);
    this.#scope = outside;
    return (frame) => {
      const over = range(frame);
      const { locals } = frame;
      const accumulated = initial(frame);
      locals.length = slot;
      locals.push(accumulated, null, null);
      for (const [first, second] of items(over, node.variable2 !== undefined)) {
        locals[slot + 1] = first;
        locals[slot + 2] = second;
        if (condition(frame) !== true) break;
        locals[slot] = settling ? attempt(step, frame) : step(frame);
        locals.length = slot + 3;
      }
      locals.length = slot + 1;
      const found = result(frame);
      locals.length = slot;
      return found;
    };
  }
}

/** An object made by the expression itself. */
export class StructValue extends ValueMap {
  readonly typeName: string;
  constructor(typeName: string, fields: Iterable<readonly [CelValue, CelValue]>) {
    super(fields);
    this.typeName = typeName;
  }
}

function runtimeTypeName(type: CelType): string {
  switch (type.kind) {
    case "simple":
      if (type.name === "timestamp") return "google.protobuf.Timestamp";
      return type.name === "duration" ? "google.protobuf.Duration" : type.name;
    case "list":
    case "map":
      return type.kind;
    case "object":
    case "opaque":
      return type.name;
    default:
      return "type";
  }
}

function typeIsOptional(type: CelType): boolean {
  return isDyn(type) || (type.kind === "opaque" && type.name === "optional_type");
}

function memberOf(value: CelValue, field: string, mayMiss: boolean): CelValue | undefined {
  if (!isMap(value)) {
    if (value instanceof Optional) return find(value, field);
    throw new CelError(value === null ? `no such key: ${field}` : "no such overload");
  }
  const found = value.get(field);
  if (found === undefined && !mayMiss) throw new CelError(`no such key: ${field}`);
  return found;
}

/** `a && b` and `a || b`: what settles it does so on either side, and an error only counts where nothing settles it. */
function shortCircuit(left: Step, right: Step, settles: boolean): Step {
  return (frame) => {
    let failed: CelError | undefined;
    try {
      const value = left(frame);
      if (value === settles) return settles;
      if (value !== !settles) failed = new CelError("no such overload");
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failed = error;
    }
    const value = right(frame);
    if (value === settles) return settles;
    if (failed) throw failed;
    if (value !== !settles) throw new CelError("no such overload");
    return !settles;
  };
}

function conditional(condition: Step, yes: Step, no: Step): Step {
  return (frame) => {
    const value = condition(frame);
    if (typeof value !== "boolean") throw new CelError("no such overload");
    return value ? yes(frame) : no(frame);
  };
}

/** The value, or why there is none. */
function attempt(step: Step, frame: Frame): CelValue | Failure {
  try {
    return step(frame);
  } catch (error) {
    if (error instanceof CelError) return new Failure(error);
    throw error;
  }
}

function notStrictlyFalse(operand: Step): Step {
  return (frame) => {
    charge(frame, 1);
    const value = attempt(operand, frame);
    return value instanceof Failure || value !== false;
  };
}

/** `a.or(b)` and `a.orValue(b)`: the second is only evaluated where the first is absent. */
function otherwise(target: Step, alternative: Step, unwrap: boolean): Step {
  return (frame) => {
    const value = target(frame);
    if (!(value instanceof Optional)) throw new CelError("no such overload");
    charge(frame, 1);
    if (value.value === undefined) return alternative(frame);
    return unwrap ? value.value : value;
  };
}

function invoke(name: string, forms: readonly Overload[], operands: readonly Step[]): Step {
  return (frame) => {
    const values = operands.map((operand) => operand(frame));
    const form = forms.find(({ parameters }) => values.every((value, i) => isOfType(value, parameters[i] as CelType)));
    // Any whole number is an index, where its type is only known now.
    if (!form && name.startsWith("_[")) return indexed(forms, values, frame);
    if (!form) throw new CelError(`no such overload: ${name}(${values.map(typeNameOf).join(", ")})`);
    const { cost } = form;
    // Charged before the work is done, so that no call outgrows the budget.
    charge(frame, cost ? cost((index) => sizeOfValue(values[index] ?? null)) : 1);
    return form.call(...values);
  };
}

function indexed(forms: readonly Overload[], values: readonly CelValue[], frame: Frame): CelValue {
  charge(frame, 1);
  const [container] = values;
  const form = forms.find(
    ({ parameters: [wanted] }) => container !== undefined && wanted && isOfType(container, wanted),
  );
  if (!form) throw new CelError("no such overload");
  return form.call(...values);
}

/** What a loop runs over: items or keys; of two-variable loops, index and item, or key and value. */
function* items(over: CelValue, two: boolean): Generator<readonly [CelValue, CelValue]> {
  if (isList(over)) {
    const list: CelList = over;
    for (let i = 0; i < list.size; i++) yield two ? [BigInt(i), list.at(i)] : [list.at(i), null];
  } else if (isMap(over)) {
    const map: CelMap = over;
    for (const key of map.keys()) yield [key, two ? (map.get(key) ?? null) : null];
  } else throw new CelError("no such overload");
}
