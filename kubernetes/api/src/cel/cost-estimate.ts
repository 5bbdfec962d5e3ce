/** The most an expression may cost, before it is evaluated: from the sizes its variables may have. */
import type { Checked } from "./checker.ts";
import type { Call, Comprehension, Expression } from "./expression.ts";

/** How large values may be, as far as anything is known of them. */
export interface SizedType {
  /** Characters, bytes, items or entries at most; 1 of anything else. */
  readonly size: number;
  /** What is known of a member. */
  member?(name: string): SizedType | undefined;
  /** What is known of the items of a list, or the values of a map. */
  readonly items?: SizedType | undefined;
}

interface Estimate {
  readonly cost: number;
  readonly value: SizedType;
}

/** As large as anything can be that came with a request. */
const UNKNOWN: SizedType = { size: 3 * 1024 * 1024 };
const ONE: SizedType = { size: 1 };

/** Estimates expressions over variables of known sizes. */
export class CostEstimator {
  readonly #variables: Readonly<Record<string, SizedType>>;
  #checked: Checked | undefined;
  #locals: readonly (readonly [string, SizedType])[] = [];

  constructor(variables: Readonly<Record<string, SizedType>>) {
    this.#variables = variables;
  }

  /** The most an evaluation costs; infinite where nothing bounds it. */
  estimate(expression: Expression, checked: Checked): number {
    this.#checked = checked;
    return this.#of(expression).cost;
  }

  #of(node: Expression): Estimate {
    switch (node.form) {
      case "literal":
        return { cost: 0, value: { size: literalSize(node.value) } };
      case "identifier":
        return { cost: 1, value: this.#named(node.name) };
      case "select": {
        const operand = this.#of(node.operand);
        const value = node.test
          ? ONE
          : (operand.value.member?.(node.field) ?? operand.value.items ?? this.#ofType(node));
        return { cost: operand.cost + 1, value };
      }
      case "call":
        return this.#call(node);
      case "list": {
        const items = node.items.map((item) => this.#of(item));
        return { cost: 10 + sum(items), value: { size: items.length, items: largestOf(items) } };
      }
      case "map": {
        const parts = node.entries.flatMap(({ key, value }) => [this.#of(key), this.#of(value)]);
        return { cost: 30 + sum(parts), value: { size: node.entries.length, items: largestOf(parts) } };
      }
      case "struct":
        return { cost: 40 + sum(node.fields.map(({ value }) => this.#of(value))), value: ONE };
      case "comprehension":
        return this.#comprehension(node);
    }
  }

  #named(name: string): SizedType {
    const local = this.#locals.findLast(([known]) => known === name);
    return local?.[1] ?? (Object.hasOwn(this.#variables, name) ? (this.#variables[name] as SizedType) : ONE);
  }

  /** Values of these types have no size that matters. */
  #ofType(node: Expression): SizedType {
    const type = this.#checked?.typeOf(node);
    const sized = type?.kind === "list" || type?.kind === "map" || (type?.kind === "simple" && SIZED.has(type.name));
    return sized ? UNKNOWN : ONE;
  }

  #call(node: Call): Estimate {
    const forms = this.#checked?.candidates(node) ?? [];
    const isMethod = forms[0]?.method ?? false;
    const operands = [...(node.target && isMethod ? [node.target] : []), ...node.arguments].map((part) =>
      this.#of(part),
    );
    const [first, second, third] = operands;
    if (node.name === "_?_:_" && first && second && third) {
      const cost = first.cost + Math.max(second.cost, third.cost);
      return { cost, value: larger(second.value, third.value) };
    }
    if ((node.name === "_[_]" || node.name === "_[?_]") && first) {
      return { cost: sum(operands) + 1, value: first.value.items ?? this.#ofType(node) };
    }
    const size = (index: number) => operands[index]?.value.size ?? 1;
    const own = Math.max(0, ...forms.map(({ cost }) => (cost ? cost(size) : 1) || 0));
    const sized = forms[0]?.resultSize;
    const items = first?.value.items ?? second?.value.items;
    const value = sized ? { size: sized(size), ...(items && { items }) } : this.#ofType(node);
    return { cost: sum(operands) + own, value };
  }

  #comprehension(node: Comprehension): Estimate {
    const range = this.#of(node.range);
    const initial = this.#of(node.initial);
    const outside = this.#locals;
    const item = range.value.items ?? UNKNOWN;
    const isMap = this.#checked?.typeOf(node.range).kind === "map";
    const accumulated = node.macro === "bind" ? initial.value : ONE;
    const loop: (readonly [string, SizedType])[] = [[node.accumulator, accumulated]];
    // The keys of a map are as long as names may be.
    loop.push([node.variable, node.variable2 !== undefined && !isMap ? ONE : isMap ? KEY : item]);
    if (node.variable2 !== undefined) loop.push([node.variable2, item]);
    this.#locals = [...outside, ...loop];
    const condition = this.#of(node.condition);
    const step = this.#of(node.step);
    const times = node.macro === "bind" ? 0 : range.value.size;
    const collected = COLLECTING.has(node.macro) ? { size: times, items: item } : accumulated;
    this.#locals = [...outside, [node.accumulator, collected]];
    const result = this.#of(node.result);
    this.#locals = outside;
    const perItem = times === 0 ? 0 : times * (condition.cost + step.cost);
    return { cost: range.cost + initial.cost + perItem + result.cost, value: result.value };
  }
}

const SIZED = new Set(["dyn", "string", "bytes"]);
const COLLECTING = new Set(["map", "filter", "transformList", "transformMap", "transformMapEntry"]);
const KEY: SizedType = { size: 3 * 1024 * 1024 };

function literalSize(value: unknown): number {
  if (typeof value === "string") return Array.from(value).length;
  return value instanceof Uint8Array ? value.length : 1;
}

function sum(estimates: readonly Estimate[]): number {
  return estimates.reduce((total, { cost }) => total + cost, 0);
}

function larger(a: SizedType, b: SizedType): SizedType {
  return a.size >= b.size ? a : b;
}

function largestOf(estimates: readonly Estimate[]): SizedType {
  return estimates.reduce<SizedType>((largest, { value }) => larger(value, largest), { size: 0 });
}
