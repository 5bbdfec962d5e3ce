/** Words of a Go template (package text/template): text outside of `{{ }}`, and the tokens inside. */

/** A token inside of an action. `at` is its offset in the template. */
export interface Token {
  readonly kind: "field" | "variable" | "word" | "string" | "number" | "symbol" | "dot" | "space";
  readonly text: string;
  readonly at: number;
}

/** A piece of a template: text, or an action's tokens. */
export type Piece = { readonly text: string } | { readonly tokens: readonly Token[]; readonly at: number };

/** A template cannot be parsed; the message is Go's. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** Makes a message of it that begins as Go's parse errors do. */
export function parseError(source: string, at: number, message: string): TemplateError {
  return new TemplateError(`template: :${lineOf(source, at)}: ${message}`);
}

/** The line, from 1, of an offset. */
export function lineOf(source: string, at: number): number {
  return source.slice(0, at).split("\n").length;
}

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<variable>\$[\p{L}\p{N}_]*)|(?<number>[+-]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+))|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+')|(?<dot>\.)|(?<symbol>:=|[=|(),])/uy;

/** Splits a template, with the blanks that `{{-` and `-}}` ask for taken away. Throws TemplateError. */
export function lex(source: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimNext = false;
  const addText = (text: string) => {
    const trimmed = trimNext ? text.trimStart() : text;
    if (trimmed !== "") pieces.push({ text: trimmed });
  };
  for (;;) {
    const open = source.indexOf("{{", at);
    if (open < 0) {
      addText(source.slice(at));
      return pieces;
    }
    let inside = open + 2;
    const trimBefore = /^-[ \t\r\n]/.test(source.slice(inside, inside + 2));
    addText(trimBefore ? source.slice(at, open).trimEnd() : source.slice(at, open));
    if (trimBefore) inside += 2;
    const comment = /^\/\*[\s\S]*?\*\/(?:(?<trim>[ \t\r\n]-)?\}\})/.exec(source.slice(inside));
    if (comment) {
      trimNext = comment.groups?.trim !== undefined;
      at = inside + comment[0].length;
      continue;
    }
    const { tokens, end, trimAfter } = lexAction(source, inside);
    pieces.push({ tokens, at: open });
    at = end;
    trimNext = trimAfter;
  }
}

function lexAction(source: string, start: number): { tokens: Token[]; end: number; trimAfter: boolean } {
  const tokens: Token[] = [];
  let at = start;
  let depth = 0;
  for (;;) {
    const close = /^(?<trim>[ \t\r\n]+-)?\}\}/.exec(source.slice(at, at + 64));
    if (close) {
      if (depth > 0) throw parseError(source, at, "unclosed left paren");
      return { tokens, end: at + close[0].length, trimAfter: close.groups?.trim !== undefined };
    }
    if (at >= source.length) throw parseError(source, start, "unclosed action");
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(source);
    if (!found) throw parseError(source, at, badCharacter(source, at));
    const [kind, text] = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind === undefined || text === undefined) throw parseError(source, at, badCharacter(source, at));
    if (text === "(") depth++;
    if (text === ")" && --depth < 0) throw parseError(source, at, "unexpected right paren");
    tokens.push({ kind: kind as Token["kind"], text, at });
    at += text.length;
  }
}

function badCharacter(source: string, at: number): string {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === '"') return "unterminated quoted string";
  if (character === "`") return "unterminated raw quoted string";
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `bad character U+${code} '${character}'`;
}
