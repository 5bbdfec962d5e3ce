/** The macros: calls that are rewritten into loops and tests before anything else sees them. */
import { CelSyntaxError } from "./cel-errors.ts";
import type { Comprehension, Expression, Identifier } from "./expression.ts";
import type { NodeFactory } from "./parser.ts";

/** What loops collect in; no identifier can be spelled like it. */
const RESULT = "@result";
/** What `optMap` and `optFlatMap` were called on. */
const TARGET = "@target";

interface Loop {
  readonly variables: readonly [string, string | undefined];
  readonly initial: Expression;
  readonly condition?: Expression;
  readonly step: Expression;
  readonly result?: Expression;
}

/** What a call of a macro becomes; undefined where the call is none. Throws CelSyntaxError for a misused macro. */
export function expandMacro(
  factory: NodeFactory,
  name: string,
  target: Expression | undefined,
  args: readonly Expression[],
  offset: number,
): Expression | undefined {
  const build = new Builder(factory, offset);
  if (!target) {
    if (name !== "has" || args.length !== 1) return undefined;
    const [field] = args;
    if (field?.form !== "select" || field.test) throw new CelSyntaxError(offset, "invalid argument to has() macro");
    return { ...field, id: factory.node(), test: true, offset };
  }
  if (target.form === "identifier" && target.name === "cel" && name === "bind" && args.length === 3) {
    return build.bind(variable(args[0], "cel.bind() variable names must be simple identifiers"), args[1], args[2]);
  }
  switch (`${name}/${args.length}`) {
    case "all/2":
    case "exists/2":
    case "exists_one/2":
    case "existsOne/2":
      return build.quantifier(name, target, [variable(args[0]), undefined], args[1]);
    case "all/3":
    case "exists/3":
    case "existsOne/3":
      return build.quantifier(name, target, twoVariables(args), args[2]);
    case "map/2":
      return build.map(target, [variable(args[0]), undefined], undefined, args[1], "map");
    case "map/3":
      return build.map(target, [variable(args[0]), undefined], args[1], args[2], "map");
    case "filter/2":
      return build.filter(target, variable(args[0]), args[1]);
    case "transformList/3":
      return build.map(target, twoVariables(args), undefined, args[2], name);
    case "transformList/4":
      return build.map(target, twoVariables(args), args[2], args[3], name);
    case "transformMap/3":
    case "transformMapEntry/3":
      return build.transform(name, target, twoVariables(args), undefined, args[2]);
    case "transformMap/4":
    case "transformMapEntry/4":
      return build.transform(name, target, twoVariables(args), args[2], args[3]);
    case "optMap/2":
    case "optFlatMap/2":
      return build.optional(
        name,
        target,
        variable(args[0], `${name}() variable name must be a simple identifier`),
        args[1],
      );
    default:
      return undefined;
  }
}

function variable(expression: Expression | undefined, otherwise = "argument must be a simple name"): string {
  if (expression?.form === "identifier" && !expression.name.startsWith(".")) return expression.name;
  throw new CelSyntaxError(expression?.offset ?? 0, otherwise);
}

function twoVariables(args: readonly Expression[]): [string, string] {
  const first = variable(args[0]);
  const second = variable(args[1]);
  if (first === second) {
    throw new CelSyntaxError(args[1]?.offset ?? 0, `duplicate iteration variable name: ${second}`);
  }
  return [first, second];
}

class Builder {
  readonly #factory: NodeFactory;
  readonly #offset: number;

  constructor(factory: NodeFactory, offset: number) {
    this.#factory = factory;
    this.#offset = offset;
  }

  #node() {
    return { id: this.#factory.node(), offset: this.#offset };
  }

  #name(name: string): Identifier {
    return { ...this.#node(), form: "identifier", name };
  }

  #bool(value: boolean): Expression {
    return { ...this.#node(), form: "literal", type: "bool", value };
  }

  #int(value: bigint): Expression {
    return { ...this.#node(), form: "literal", type: "int", value };
  }

  #call(name: string, ...args: readonly Expression[]): Expression {
    return { ...this.#node(), form: "call", name, target: undefined, arguments: args };
  }

  #method(target: Expression, name: string, ...args: readonly Expression[]): Expression {
    return { ...this.#node(), form: "call", name, target, arguments: args };
  }

  #list(...items: readonly Expression[]): Expression {
    return { ...this.#node(), form: "list", items, optional: new Set() };
  }

  #loop(macro: string, range: Expression, loop: Loop): Comprehension {
    return {
      ...this.#node(),
      form: "comprehension",
      macro,
      range,
      variable: loop.variables[0],
      variable2: loop.variables[1],
      accumulator: RESULT,
      initial: loop.initial,
      condition: loop.condition ?? this.#bool(true),
      step: loop.step,
      result: loop.result ?? this.#name(RESULT),
    };
  }

  #present(expression: Expression | undefined): Expression {
    return expression ?? this.#bool(true);
  }

  bind(name: string, value: Expression | undefined, body: Expression | undefined): Expression {
    return {
      ...this.#loop("bind", this.#list(), {
        variables: ["#unused", undefined],
        initial: this.#present(value),
        condition: this.#bool(false),
        step: this.#name(name),
        result: this.#present(body),
      }),
      accumulator: name,
    };
  }

  quantifier(
    macro: string,
    range: Expression,
    variables: readonly [string, string | undefined],
    body: Expression | undefined,
  ): Expression {
    const predicate = this.#present(body);
    const result = () => this.#name(RESULT);
    if (macro === "all") {
      const condition = this.#call("@not_strictly_false", result());
      const step = this.#call("_&&_", result(), predicate);
      return this.#loop(macro, range, { variables, initial: this.#bool(true), condition, step });
    }
    if (macro === "exists") {
      const condition = this.#call("@not_strictly_false", this.#call("!_", result()));
      const step = this.#call("_||_", result(), predicate);
      return this.#loop(macro, range, { variables, initial: this.#bool(false), condition, step });
    }
    const step = this.#call("_?_:_", predicate, this.#call("_+_", result(), this.#int(1n)), result());
    const one = this.#call("_==_", result(), this.#int(1n));
    return this.#loop(macro, range, { variables, initial: this.#int(0n), step, result: one });
  }

  map(
    range: Expression,
    variables: readonly [string, string | undefined],
    filter: Expression | undefined,
    body: Expression | undefined,
    macro: string,
  ): Expression {
    const add = this.#call("_+_", this.#name(RESULT), this.#list(this.#present(body)));
    const step = filter ? this.#call("_?_:_", filter, add, this.#name(RESULT)) : add;
    return this.#loop(macro, range, { variables, initial: this.#list(), step });
  }

  filter(range: Expression, name: string, body: Expression | undefined): Expression {
    const add = this.#call("_+_", this.#name(RESULT), this.#list(this.#name(name)));
    const step = this.#call("_?_:_", this.#present(body), add, this.#name(RESULT));
    return this.#loop("filter", range, { variables: [name, undefined], initial: this.#list(), step });
  }

  transform(
    macro: string,
    range: Expression,
    variables: readonly [string, string],
    filter: Expression | undefined,
    body: Expression | undefined,
  ): Expression {
    const value = this.#present(body);
    const insert =
      macro === "transformMap"
        ? this.#call("cel.@mapInsert", this.#name(RESULT), this.#name(variables[0]), value)
        : this.#call("cel.@mapInsert", this.#name(RESULT), value);
    const step = filter ? this.#call("_?_:_", filter, insert, this.#name(RESULT)) : insert;
    const initial: Expression = { ...this.#node(), form: "map", entries: [] };
    return this.#loop(macro, range, { variables, initial, step });
  }

  /** `target.optMap(v, body)`: the body of the value inside, wrapped again unless it is flat. */
  optional(macro: string, target: Expression, name: string, body: Expression | undefined): Expression {
    // Bound, since it is needed twice: rows of these macros must not double what is before them each time.
    const bound = () => this.#name(TARGET);
    const inner = this.bind(name, this.#method(bound(), "value"), body);
    const some = macro === "optMap" ? this.#call("optional.of", inner) : inner;
    const chosen = this.#call("_?_:_", this.#method(bound(), "hasValue"), some, this.#call("optional.none"));
    return this.bind(TARGET, target, chosen);
  }
}
