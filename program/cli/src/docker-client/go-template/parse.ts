/** From a Go template's words to a tree (package text/template/parse). */
import { lex, parseError, TemplateError, type Token } from "./lex.ts";

/** A value in an action. `at` is the offset that Go names in an error, `source` the text it quotes. */
export type Operand = { readonly at: number; readonly source: string } & (
  | { readonly kind: "dot" }
  | { readonly kind: "constant"; readonly value: string | number | boolean | null }
  | { readonly kind: "field"; readonly of: Operand | undefined; readonly names: readonly string[] }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "pipeline"; readonly pipeline: Pipeline }
);

/** An operand, applied to arguments where it is a function. */
export interface Command {
  readonly operands: readonly [Operand, ...Operand[]];
}

/** Commands joined with `|`: each gets the value of the one before as its last argument. */
export interface Pipeline {
  readonly commands: readonly Command[];
  readonly declared: readonly string[];
  /** `$x = …` changes a variable where `$x := …` makes one. */
  readonly assigns: boolean;
}

/** A node of the tree. */
export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly pipeline: Pipeline }
  | { readonly kind: "break" | "continue" }
  | { readonly kind: "template"; readonly name: string; readonly pipeline: Pipeline | undefined }
  | {
      readonly kind: "if" | "with" | "range";
      readonly pipeline: Pipeline;
      readonly then: readonly Node[];
      readonly otherwise: readonly Node[];
    };

/** A parsed template with those it defines. */
export interface Tree {
  readonly source: string;
  readonly root: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** Deeper nesting is refused: a template comes from a command line, and nobody writes such a one. */
const MAX_DEPTH = 100;

/** Parses a template; `functions` are the names that it may call. Throws TemplateError with Go's words. */
export function parse(source: string, functions: ReadonlySet<string>): Tree {
  const pieces = lex(source);
  const defined = new Map<string, readonly Node[]>();
  let at = 0;

  function list(depth: number, inside: boolean): { nodes: Node[]; end: string; rest: readonly Token[]; at: number } {
    if (depth > MAX_DEPTH) throw new TemplateError("template: : nested too deeply");
    const nodes: Node[] = [];
    for (let piece = pieces[at++]; piece !== undefined; piece = pieces[at++]) {
      if ("text" in piece) {
        nodes.push({ kind: "text", text: piece.text });
        continue;
      }
      const words = new Words(source, piece.tokens, functions, piece.at);
      const keyword = words.keyword();
      switch (keyword) {
        case "end":
        case "else":
          if (!inside) throw parseError(source, piece.at, `unexpected {{${keyword}}}`);
          return { nodes, end: keyword, rest: words.rest(), at: piece.at };
        case "break":
        case "continue":
          nodes.push({ kind: keyword });
          break;
        case "if":
        case "with":
        case "range":
          nodes.push(control(keyword, words, depth));
          break;
        case "define":
          defined.set(words.name(keyword), list(depth + 1, true).nodes);
          break;
        case "block": {
          const name = words.name(keyword);
          const pipeline = words.pipeline(keyword);
          defined.set(name, list(depth + 1, true).nodes);
          nodes.push({ kind: "template", name, pipeline });
          break;
        }
        case "template": {
          const name = words.name(keyword);
          nodes.push({ kind: "template", name, pipeline: words.isDone() ? undefined : words.pipeline(keyword) });
          break;
        }
        default:
          nodes.push({ kind: "print", pipeline: words.pipeline("command") });
      }
    }
    if (inside) throw parseError(source, source.length, "unexpected EOF");
    return { nodes, end: "", rest: [], at: source.length };
  }

  function control(kind: "if" | "with" | "range", words: Words, depth: number): Node {
    const pipeline = words.pipeline(kind);
    const { nodes: then, end, rest, at: elseAt } = list(depth + 1, true);
    if (end === "end") return { kind, pipeline, then, otherwise: [] };
    const next = new Words(source, rest, functions, elseAt);
    const again = next.keyword();
    if (again === "if" || again === "with")
      return { kind, pipeline, then, otherwise: [control(again, next, depth + 1)] };
    const second = list(depth + 1, true);
    if (second.end === "else") throw parseError(source, second.at, "expected end; found {{else}}");
    return { kind, pipeline, then, otherwise: second.nodes };
  }

  const { nodes } = list(0, false);
  return { source, root: nodes, defined };
}

const KEYWORDS = new Set(["if", "else", "end", "with", "range", "define", "template", "block", "break", "continue"]);

/** The tokens of one action, read from left to right. */
class Words {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #functions: ReadonlySet<string>;
  readonly #start: number;
  #at = 0;

  constructor(source: string, tokens: readonly Token[], functions: ReadonlySet<string>, start: number) {
    this.#source = source;
    this.#tokens = tokens;
    this.#functions = functions;
    this.#start = start;
  }

  keyword(): string | undefined {
    this.#skip();
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word" || !KEYWORDS.has(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  rest(): readonly Token[] {
    return this.#tokens.slice(this.#at);
  }

  isDone(): boolean {
    this.#skip();
    return this.#at >= this.#tokens.length;
  }

  name(context: string): string {
    this.#skip();
    const token = this.#tokens[this.#at++];
    if (token?.kind !== "string") throw this.#unexpected(token, `${context} clause`);
    return unquote(token.text);
  }

  pipeline(context: string, closes = false): Pipeline {
    const { declared, assigns } = this.#declarations();
    const commands: Command[] = [];
    for (;;) {
      this.#skip();
      const token = this.#tokens[this.#at];
      if (token === undefined || (closes && token.text === ")")) break;
      if (token.text === "|") {
        if (commands.length === 0) throw parseError(this.#source, token.at, `missing value for ${context}`);
        this.#at++;
      }
      commands.push(this.#command());
    }
    if (commands.length === 0) throw parseError(this.#source, this.#start, `missing value for ${context}`);
    return { commands, declared, assigns };
  }

  #declarations(): Pick<Pipeline, "declared" | "assigns"> {
    const start = this.#at;
    const declared: string[] = [];
    for (;;) {
      this.#skip();
      const variable = this.#tokens[this.#at];
      if (variable?.kind !== "variable") break;
      this.#at++;
      declared.push(variable.text);
      this.#skip();
      const after = this.#tokens[this.#at];
      if (after?.text === ":=" || after?.text === "=") {
        this.#at++;
        return { declared, assigns: after.text === "=" };
      }
      if (after?.text !== ",") break;
      this.#at++;
    }
    this.#at = start;
    return { declared: [], assigns: false };
  }

  #command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      this.#skip();
      const token = this.#tokens[this.#at];
      if (token === undefined || token.text === "|" || token.text === ")") break;
      operands.push(this.#chain(this.#operand(token)));
    }
    const [first, ...others] = operands;
    if (first === undefined) throw parseError(this.#source, this.#tokens.at(-1)?.at ?? this.#start, "empty command");
    return { operands: [first, ...others] };
  }

  #operand(token: Token): Operand {
    this.#at++;
    const { at, text: source } = token;
    switch (token.kind) {
      case "dot":
        return { kind: "dot", at, source };
      case "field":
        return { kind: "field", of: undefined, names: [source.slice(1)], at, source };
      case "variable":
        return { kind: "variable", name: source, at, source };
      case "string":
        return { kind: "constant", value: source.startsWith("'") ? codePoint(source) : unquote(source), at, source };
      case "number":
        return { kind: "constant", value: Number(source), at, source };
      case "word":
        if (source === "true" || source === "false") return { kind: "constant", value: source === "true", at, source };
        if (source === "nil") return { kind: "constant", value: null, at, source };
        if (!this.#functions.has(source)) throw parseError(this.#source, at, `function "${source}" not defined`);
        return { kind: "function", name: source, at, source };
      default: {
        if (source !== "(") throw this.#unexpected(token, "operand");
        const pipeline = this.pipeline("parenthesized pipeline", true);
        this.#skip();
        const close = this.#tokens[this.#at++];
        if (close?.text !== ")") throw this.#unexpected(close, "parenthesized pipeline");
        return { kind: "pipeline", pipeline, at, source: this.#source.slice(at, close.at + 1) };
      }
    }
  }

  // Go names the place of the last field but the first of a chain: `{{.A.B}}` fails at 4.
  #chain(first: Operand): Operand {
    const next = this.#tokens[this.#at];
    if (next?.kind !== "field") return first;
    const names: string[] = [];
    let source = first.source;
    for (let token = this.#tokens[this.#at]; token?.kind === "field"; token = this.#tokens[++this.#at]) {
      names.push(token.text.slice(1));
      source += token.text;
    }
    if (first.kind === "field") return { ...first, names: [...first.names, ...names], at: next.at, source };
    return { kind: "field", of: first, names, at: next.at, source };
  }

  #skip(): void {
    while (this.#tokens[this.#at]?.kind === "space") this.#at++;
  }

  #unexpected(token: Token | undefined, context: string): TemplateError {
    const found = token === undefined ? "{{end}}" : `"${token.text}"`;
    return parseError(this.#source, token?.at ?? this.#start, `unexpected ${found} in ${context}`);
  }
}

function unquote(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1);
  return text
    .slice(1, -1)
    .replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g, (_, hex, unicode, other: string | undefined) =>
      other === undefined ? String.fromCharCode(Number.parseInt(hex ?? unicode, 16)) : (ESCAPES[other] ?? other),
    );
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };

function codePoint(text: string): number {
  return unquote(text).codePointAt(0) ?? 0;
}
