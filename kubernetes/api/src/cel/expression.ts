/** The syntax tree of an expression of the Common Expression Language, after its macros have been expanded. */

/** What every node has: where it begins, in UTF-16 units, and how it is known to the checker. */
export interface Node {
  readonly id: number;
  readonly offset: number;
}

/** A literal. `int` and `uint` are bigints, told apart by the type. */
export interface Literal extends Node {
  readonly form: "literal";
  readonly type: "int" | "uint" | "double" | "string" | "bytes" | "bool" | "null_type";
  readonly value: bigint | number | string | boolean | Uint8Array | null;
}

/** A name: of a variable, a type, or the beginning of a longer name. */
export interface Identifier extends Node {
  readonly form: "identifier";
  readonly name: string;
}

/** `operand.field`, `has(operand.field)` when `test`, `operand.?field` when `optional`. */
export interface Select extends Node {
  readonly form: "select";
  readonly operand: Expression;
  readonly field: string;
  readonly test: boolean;
  readonly optional: boolean;
}

/** A call of a function, a method of `target`, or an operator (`_+_`). */
export interface Call extends Node {
  readonly form: "call";
  readonly name: string;
  readonly target: Expression | undefined;
  readonly arguments: readonly Expression[];
}

/** `[a, ?b]`: `optional` has the positions of elements that may be absent. */
export interface ListLiteral extends Node {
  readonly form: "list";
  readonly items: readonly Expression[];
  readonly optional: ReadonlySet<number>;
}

/** One entry of a map literal. */
export interface MapEntry {
  readonly key: Expression;
  readonly value: Expression;
  readonly optional: boolean;
}

/** `{a: b}`. */
export interface MapLiteral extends Node {
  readonly form: "map";
  readonly entries: readonly MapEntry[];
}

/** `Type{field: value}`. */
export interface StructLiteral extends Node {
  readonly form: "struct";
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly value: Expression; readonly optional: boolean }[];
}

/** A loop: what `all`, `exists`, `map` and the other macros become. */
export interface Comprehension extends Node {
  readonly form: "comprehension";
  /** The macro it was, for messages. */
  readonly macro: string;
  readonly range: Expression;
  readonly variable: string;
  /** Of two-variable forms: the value, where `variable` is the index or key. */
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly initial: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

/** Any node. */
export type Expression =
  | Literal
  | Identifier
  | Select
  | Call
  | ListLiteral
  | MapLiteral
  | StructLiteral
  | Comprehension;

/** The nodes right below a node. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.form) {
    case "literal":
    case "identifier":
      return [];
    case "select":
      return [node.operand];
    case "call":
      return node.target ? [node.target, ...node.arguments] : node.arguments;
    case "list":
      return node.items;
    case "map":
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case "struct":
      return node.fields.map(({ value }) => value);
    case "comprehension":
      return [node.range, node.initial, node.condition, node.step, node.result];
  }
}
