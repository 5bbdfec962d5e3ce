/** From the tokens of an expression to its tree: CEL's grammar by recursive descent, bounded in depth. */
import { CelSyntaxError } from "./cel-errors.ts";
import { childrenOf, type Expression, type Literal, type MapEntry } from "./expression.ts";
import { type Token, tokenize } from "./lexer.ts";
import { expandMacro } from "./macros.ts";

/** Deeper nesting is refused. */
const MAX_DEPTH = 250;
/** A tree that is deeper, be it by long rows of operators or members, is refused. */
const MAX_TREE = 400;
/** And longer texts. */
const MAX_LENGTH = 100_000;

const RESERVED = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
/** What a text may go on with where an operand is missing: the list ANTLR prints. */
const OPERANDS =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** The operators of two operands, loosest first; those of one level group to the left. */
const LEVELS: readonly (readonly string[])[] = [
  ["<", "<=", ">=", ">", "==", "!=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** A parsed expression. */
export interface Parsed {
  readonly expression: Expression;
  /** Every node has an id below this. */
  readonly nodes: number;
}

/** Parses and expands macros. Throws CelSyntaxError. */
export function parse(source: string): Parsed {
  if (source.length > MAX_LENGTH) {
    throw new CelSyntaxError(
      0,
      `expression code point size exceeds limit: size: ${source.length}, limit ${MAX_LENGTH}`,
    );
  }
  const parser = new Parser(tokenize(source));
  const expression = parser.whole();
  checkDepth(expression);
  return { expression, nodes: parser.nodes };
}

/** What macros make nodes with. */
export interface NodeFactory {
  node(): number;
}

/** Whatever walks the tree does so by calling itself. */
function checkDepth(root: Expression): void {
  let level: readonly Expression[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    const [first] = level;
    if (depth > MAX_TREE)
      throw new CelSyntaxError(first?.offset ?? 0, `expression recursion limit exceeded: ${MAX_TREE}`);
    level = level.flatMap(childrenOf);
  }
}

class Parser implements NodeFactory {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  node(): number {
    return this.nodes++;
  }

  whole(): Expression {
    const expression = this.#expression();
    const token = this.#peek();
    if (token.kind !== "end") {
      throw new CelSyntaxError(token.offset, `Syntax error: mismatched input '${token.text}' expecting <EOF>`);
    }
    return expression;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  #is(...texts: readonly string[]): boolean {
    const { kind, text } = this.#peek();
    return (kind === "symbol" || (kind === "identifier" && text === "in")) && texts.includes(text);
  }

  #accept(text: string): Token | undefined {
    return this.#is(text) ? this.#tokens[this.#next++] : undefined;
  }

  #expect(text: string): Token {
    const token = this.#accept(text);
    if (token) return token;
    const found = this.#peek();
    throw new CelSyntaxError(found.offset, `Syntax error: mismatched input '${found.text}' expecting '${text}'`);
  }

  #call(offset: number, name: string, ...operands: readonly Expression[]): Expression {
    return { form: "call", id: this.node(), offset, name, target: undefined, arguments: operands };
  }

  #expression(): Expression {
    if (++this.#depth > MAX_DEPTH) {
      throw new CelSyntaxError(this.#peek().offset, `expression recursion limit exceeded: ${MAX_DEPTH}`);
    }
    const condition = this.#chain("||", "_||_", () => this.#chain("&&", "_&&_", () => this.#binary(0)));
    const mark = this.#accept("?");
    let result = condition;
    if (mark) {
      const yes = this.#chain("||", "_||_", () => this.#chain("&&", "_&&_", () => this.#binary(0)));
      this.#expect(":");
      const no = this.#expression();
      result = this.#call(mark.offset, "_?_:_", condition, yes, no);
    }
    this.#depth--;
    return result;
  }

  /** `a && b && c`, balanced so that long chains stay shallow. */
  #chain(symbol: string, name: string, operand: () => Expression): Expression {
    const terms = [operand()];
    const offsets: number[] = [];
    for (let token = this.#accept(symbol); token; token = this.#accept(symbol)) {
      offsets.push(token.offset);
      terms.push(operand());
    }
    const balanced = (from: number, to: number): Expression => {
      const middle = (from + to + 1) >> 1;
      if (from === to) return terms[from] as Expression;
      return this.#call(offsets[middle - 1] ?? 0, name, balanced(from, middle - 1), balanced(middle, to));
    };
    return balanced(0, terms.length - 1);
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#is(...operators)) {
      const { text, offset } = this.#expect(this.#peek().text);
      const right = this.#binary(level + 1);
      left = this.#call(offset, text === "in" ? "@in" : `_${text}_`, left, right);
    }
    return left;
  }

  #unary(): Expression {
    const sign = this.#peek();
    if (!this.#is("!", "-")) return this.#member();
    let count = 0;
    while (this.#accept(sign.text)) count++;
    if (sign.text === "-") {
      const number = this.#peek();
      if (number.kind === "int" || number.kind === "double") {
        const negative = this.#member(sign.offset);
        return count % 2 === 1 || count === 0 ? negative : this.#call(sign.offset, "-_", negative);
      }
    }
    const operand = this.#member();
    return count % 2 === 0 ? operand : this.#call(sign.offset, sign.text === "!" ? "!_" : "-_", operand);
  }

  #member(negatedAt?: number): Expression {
    let operand = this.#primary(negatedAt);
    for (;;) {
      const dot = this.#accept(".");
      if (dot) {
        operand = this.#afterDot(operand, dot.offset);
        continue;
      }
      const bracket = this.#accept("[");
      if (!bracket) return operand;
      const optional = this.#accept("?") !== undefined;
      const index = this.#expression();
      this.#expect("]");
      operand = this.#call(bracket.offset, optional ? "_[?_]" : "_[_]", operand, index);
    }
  }

  #afterDot(operand: Expression, offset: number): Expression {
    const optional = this.#accept("?") !== undefined;
    const token = this.#tokens[this.#next++] as Token;
    if (token.kind === "quoted") {
      return { form: "select", id: this.node(), offset, operand, field: String(token.value), test: false, optional };
    }
    if (token.kind !== "identifier") {
      throw new CelSyntaxError(token.offset, `Syntax error: no viable alternative at input '.${token.text}'`);
    }
    const open = optional ? undefined : this.#accept("(");
    if (!open) {
      return { form: "select", id: this.node(), offset, operand, field: token.text, test: false, optional };
    }
    const args = this.#list(")");
    const expanded = expandMacro(this, token.text, operand, args, open.offset);
    return (
      expanded ?? {
        form: "call",
        id: this.node(),
        offset: open.offset,
        name: token.text,
        target: operand,
        arguments: args,
      }
    );
  }

  #primary(negatedAt?: number): Expression {
    const token = this.#tokens[this.#next++] as Token;
    const { offset } = token;
    switch (token.kind) {
      case "int":
      case "uint":
      case "double":
      case "string":
      case "bytes":
        return this.#literal(token, negatedAt);
      case "identifier":
        return this.#name(token, "");
      case "symbol":
        break;
      default:
        this.#next--;
        throw new CelSyntaxError(offset, `Syntax error: mismatched input '${token.text}' expecting ${OPERANDS}`);
    }
    if (token.text === "(") {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (token.text === "[") return this.#listLiteral(offset);
    if (token.text === "{") return { form: "map", id: this.node(), offset, entries: this.#entries() };
    if (token.text === "." && this.#peek().kind === "identifier")
      return this.#name(this.#tokens[this.#next++] as Token, ".");
    throw new CelSyntaxError(offset, `Syntax error: mismatched input '${token.text}' expecting ${OPERANDS}`);
  }

  #literal({ kind, offset, value }: Token, negatedAt: number | undefined): Expression {
    const type = kind as Literal["type"];
    if (negatedAt === undefined) return { form: "literal", id: this.node(), offset, type, value: value ?? null };
    const negative = typeof value === "bigint" ? -value : -Number(value);
    return { form: "literal", id: this.node(), offset: negatedAt, type, value: negative };
  }

  #name(token: Token, prefix: "" | "."): Expression {
    const { text, offset } = token;
    if (text === "true" || text === "false") {
      return { form: "literal", id: this.node(), offset, type: "bool", value: text === "true" };
    }
    if (text === "null") return { form: "literal", id: this.node(), offset, type: "null_type", value: null };
    if (text === "in") {
      throw new CelSyntaxError(offset, `Syntax error: mismatched input 'in' expecting ${OPERANDS}`);
    }
    if (RESERVED.has(text)) throw new CelSyntaxError(offset, `reserved identifier: ${text}`);
    const open = this.#accept("(");
    if (open) {
      const args = this.#list(")");
      const expanded = prefix === "" ? expandMacro(this, text, undefined, args, open.offset) : undefined;
      return (
        expanded ?? {
          form: "call",
          id: this.node(),
          offset: open.offset,
          name: text,
          target: undefined,
          arguments: args,
        }
      );
    }
    return this.#struct(text, offset) ?? { form: "identifier", id: this.node(), offset, name: prefix + text };
  }

  /** `Type{…}` or `pkg.Type{…}`: looks ahead over the names. */
  #struct(first: string, offset: number): Expression | undefined {
    let ahead = 0;
    let name = first;
    while (this.#peek(ahead).text === "." && this.#peek(ahead + 1).kind === "identifier") {
      name += `.${this.#peek(ahead + 1).text}`;
      ahead += 2;
    }
    if (this.#peek(ahead).kind !== "symbol" || this.#peek(ahead).text !== "{") return undefined;
    this.#next += ahead + 1;
    const fields: { name: string; value: Expression; optional: boolean }[] = [];
    while (!this.#accept("}")) {
      const optional = this.#accept("?") !== undefined;
      const field = this.#tokens[this.#next++] as Token;
      if (field.kind !== "identifier" && field.kind !== "quoted") {
        throw new CelSyntaxError(field.offset, `Syntax error: mismatched input '${field.text}' expecting IDENTIFIER`);
      }
      this.#expect(":");
      fields.push({ name: String(field.value ?? field.text), value: this.#expression(), optional });
      if (!this.#accept(",") && !this.#is("}")) this.#expect("}");
    }
    return { form: "struct", id: this.node(), offset, name, fields };
  }

  #list(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.#accept(end)) return items;
    do items.push(this.#expression());
    while (this.#accept(","));
    this.#expect(end);
    return items;
  }

  #listLiteral(offset: number): Expression {
    const id = this.node();
    const items: Expression[] = [];
    const optional = new Set<number>();
    while (!this.#accept("]")) {
      if (this.#accept("?")) optional.add(items.length);
      items.push(this.#expression());
      if (!this.#accept(",") && !this.#is("]")) this.#expect("]");
    }
    return { form: "list", id, offset, items, optional };
  }

  #entries(): MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.#accept("}")) {
      const optional = this.#accept("?") !== undefined;
      const key = this.#expression();
      this.#expect(":");
      entries.push({ key, value: this.#expression(), optional });
      if (!this.#accept(",") && !this.#is("}")) this.#expect("}");
    }
    return entries;
  }
}
