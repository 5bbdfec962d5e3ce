/** Carrying out a parsed Go template. */
import { formatValue, typeOf } from "./format-value.ts";
import { functions as allFunctions, isTrue, type TemplateFunction } from "./functions.ts";
import { lineOf, TemplateError } from "./lex.ts";
import { type Command, type Node, type Operand, type Pipeline, parse, type Tree } from "./parse.ts";

/** A parsed template: what it makes of a value. Throws TemplateError, in Go's words, where the value has not what it names. */
export type Template = (data: unknown) => string;

/** Parses `source`; `more` replaces or adds functions. Throws TemplateError. */
export function compileTemplate(source: string, more: Readonly<Record<string, TemplateFunction>> = {}): Template {
  const functions = { ...allFunctions, ...more };
  const tree = parse(source, new Set(Object.keys(functions)));
  return (data) => new Execution(tree, functions).run(tree.root, data, [{ name: "$", value: data }]);
}

interface Variable {
  readonly name: string;
  value: unknown;
}

/** Thrown through the bodies of a range, never out of it. */
class LoopControl {
  readonly kind: "break" | "continue";
  /** What was printed before. */
  text = "";

  constructor(kind: "break" | "continue") {
    this.kind = kind;
  }
}

/** Templates that call themselves end here. */
const MAX_DEPTH = 1000;

class Execution {
  readonly #tree: Tree;
  readonly #functions: Readonly<Record<string, TemplateFunction>>;
  #depth = 0;

  constructor(tree: Tree, functions: Readonly<Record<string, TemplateFunction>>) {
    this.#tree = tree;
    this.#functions = functions;
  }

  run(nodes: readonly Node[], dot: unknown, scope: Variable[]): string {
    const variables = [...scope];
    let text = "";
    for (const node of nodes) {
      try {
        text += this.#node(node, dot, variables);
      } catch (error) {
        if (error instanceof LoopControl) error.text = text + error.text;
        throw error;
      }
    }
    return text;
  }

  #node(node: Node, dot: unknown, scope: Variable[]): string {
    switch (node.kind) {
      case "text":
        return node.text;
      case "print": {
        const value = this.#pipeline(node.pipeline, dot, scope);
        return node.pipeline.declared.length > 0 ? "" : formatValue(value);
      }
      case "break":
      case "continue":
        throw new LoopControl(node.kind);
      case "template": {
        const nodes = this.#tree.defined.get(node.name);
        if (nodes === undefined)
          throw new TemplateError(
            `template: :1:11: executing "" at <{{template "${node.name}"}}>: template "${node.name}" not defined`,
          );
        if (++this.#depth > MAX_DEPTH) throw new TemplateError("exceeded maximum template depth");
        const value = node.pipeline === undefined ? undefined : this.#pipeline(node.pipeline, dot, scope);
        const text = this.run(nodes, value, [{ name: "$", value }]);
        this.#depth--;
        return text;
      }
      case "range":
        return this.#range(node, dot, scope);
      default: {
        const inner = [...scope];
        const value = this.#pipeline(node.pipeline, dot, inner);
        if (!isTrue(value)) return this.run(node.otherwise, dot, inner);
        return this.run(node.then, node.kind === "with" ? value : dot, inner);
      }
    }
  }

  #range(node: Node & { readonly kind: "if" | "with" | "range" }, dot: unknown, scope: Variable[]): string {
    const { declared } = node.pipeline;
    const value = this.#pipeline({ ...node.pipeline, declared: [] }, dot, scope);
    const entries = this.#entries(value, node.pipeline);
    if (entries.length === 0) return this.run(node.otherwise, dot, scope);
    let text = "";
    for (const [key, item] of entries) {
      const [first, second] = declared;
      const named: Variable[] =
        second !== undefined && first !== undefined
          ? [
              { name: first, value: key },
              { name: second, value: item },
            ]
          : first !== undefined
            ? [{ name: first, value: item }]
            : [];
      try {
        text += this.run(node.then, item, [...scope, ...named]);
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error;
        text += error.text;
        if (error.kind === "break") break;
      }
    }
    return text;
  }

  #entries(value: unknown, { commands }: Pipeline): (readonly [unknown, unknown])[] {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
    if (typeof value === "number") return Array.from({ length: value }, (_, index) => [index, index] as const);
    if (typeof value === "object") return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    const first = commands[0]?.operands[0];
    throw this.#failure(first, `range can't iterate over ${formatValue(value)}`);
  }

  #pipeline(pipeline: Pipeline, dot: unknown, scope: Variable[]): unknown {
    let value: unknown;
    let isFirst = true;
    for (const command of pipeline.commands) {
      value = this.#command(command, dot, scope, isFirst ? [] : [value]);
      isFirst = false;
    }
    for (const name of pipeline.declared) {
      const known = pipeline.assigns ? scope.findLast((variable) => variable.name === name) : undefined;
      if (known) known.value = value;
      else scope.push({ name, value });
    }
    return value;
  }

  #command(
    { operands: [first, ...rest] }: Command,
    dot: unknown,
    scope: Variable[],
    last: readonly unknown[],
  ): unknown {
    const args = () => [...rest.map((operand) => this.#value(operand, dot, scope)), ...last];
    if (first.kind === "function") {
      if (first.name === "and" || first.name === "or") return this.#untilKnown(first.name, rest, dot, scope, last);
      return this.#call(first, first.name, this.#functions[first.name], args());
    }
    const value = this.#value(first, dot, scope, true);
    if (typeof value === "function") {
      const name = first.kind === "field" ? (first.names.at(-1) ?? "") : first.source;
      return this.#call(first, name, value as TemplateFunction, args());
    }
    if (rest.length > 0 || last.length > 0)
      throw this.#failure(first, `can't give argument to non-function ${first.source}`);
    return value;
  }

  #untilKnown(
    name: "and" | "or",
    operands: readonly Operand[],
    dot: unknown,
    scope: Variable[],
    last: readonly unknown[],
  ): unknown {
    let value: unknown;
    for (const operand of operands) {
      value = this.#value(operand, dot, scope);
      if (isTrue(value) === (name === "or")) return value;
    }
    return last.length > 0 ? last[0] : value;
  }

  #call(operand: Operand, name: string, call: TemplateFunction | undefined, args: readonly unknown[]): unknown {
    try {
      return call?.(...args);
    } catch (error) {
      throw this.#failure(operand, `error calling ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #value(operand: Operand, dot: unknown, scope: Variable[], callable = false): unknown {
    switch (operand.kind) {
      case "dot":
        return dot;
      case "constant":
        return operand.value;
      case "variable": {
        const variable = scope.findLast(({ name }) => name === operand.name);
        if (variable === undefined) throw this.#failure(operand, `undefined variable "${operand.name}"`);
        return variable.value;
      }
      case "function":
        return this.#call(operand, operand.name, this.#functions[operand.name], []);
      case "pipeline":
        return this.#pipeline(operand.pipeline, dot, [...scope]);
      case "field": {
        let value = operand.of === undefined ? dot : this.#value(operand.of, dot, scope);
        for (const name of operand.names) value = this.#field(operand, value, name);
        return typeof value === "function" && !callable
          ? this.#call(operand, operand.names.at(-1) ?? "", value as TemplateFunction, [])
          : value;
      }
    }
  }

  /** A field of a map; what the map has as null may have its type's zero value in the prototype (see `withZeroes`). */
  #field(operand: Operand, of: unknown, name: string): unknown {
    if (of === null || of === undefined) throw this.#failure(operand, `nil data; no entry for key "${name}"`);
    if (typeof of !== "object" || Array.isArray(of))
      throw this.#failure(operand, `can't evaluate field ${name} in type ${typeOf(of)}`);
    if (!hasField(of, name)) throw this.#failure(operand, `map has no entry for key "${name}"`);
    const own = (of as Record<string, unknown>)[name];
    if (own !== null) return own;
    const above: unknown = Object.getPrototypeOf(of);
    return typeof above === "object" && above !== null && hasField(above, name)
      ? (above as Record<string, unknown>)[name]
      : null;
  }

  #failure(operand: Operand | undefined, message: string): TemplateError {
    const at = operand?.at ?? 0;
    const { source } = this.#tree;
    const column = at - (source.lastIndexOf("\n", at - 1) + 1);
    const quoted = operand?.source ?? "";
    const shown = quoted.length > 20 ? `${quoted.slice(0, 20)}...` : quoted;
    return new TemplateError(`template: :${lineOf(source, at)}:${column}: executing "" at <${shown}>: ${message}`);
  }
}

// What every object of the language has is no field of the data.
function hasField(value: object, name: string): boolean {
  return name in value && !(name in Object.prototype && !Object.hasOwn(value, name));
}
