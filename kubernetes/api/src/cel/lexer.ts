/** From the text of an expression to its tokens. */
import { CelSyntaxError } from "./cel-errors.ts";

/** A token. `value` is that of a literal. */
export interface Token {
  readonly kind: "identifier" | "quoted" | "int" | "uint" | "double" | "string" | "bytes" | "symbol" | "end";
  readonly text: string;
  readonly offset: number;
  readonly value?: bigint | number | string | Uint8Array;
}

const SPACE = /(?:\s|\/\/[^\n]*)+/y;
const WORD = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const QUOTED = /`[a-zA-Z0-9_.\-/ ]+`/y;
const NUMBER = /(?:0x[0-9a-fA-F]+[uU]?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d+[uU]?)/y;
const STRING = /(?:[rR][bB]?|[bB][rR]?)?(?:"""|'''|"|')/y;
const SYMBOL = /==|!=|<=|>=|&&|\|\||[<>=!+\-*/%?:.,()[\]{}]/y;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

/** Reads all tokens; the last is `end`. Throws CelSyntaxError. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  for (;;) {
    at += match(SPACE)?.length ?? 0;
    if (at >= source.length) break;
    const token = stringToken() ?? wordToken() ?? numberToken(tokens.at(-1)) ?? symbolToken();
    if (!token) {
      throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${source[at] ?? ""}'`);
    }
    tokens.push(token);
  }
  return [...tokens, { kind: "end", text: "<EOF>", offset: source.length }];

  function take(kind: Token["kind"], text: string, value?: Token["value"]): Token {
    const token = { kind, text, offset: at, ...(value !== undefined && { value }) };
    at += text.length;
    return token;
  }

  function wordToken(): Token | undefined {
    const quoted = match(QUOTED);
    if (quoted !== undefined) return take("quoted", quoted, quoted.slice(1, -1));
    const word = match(WORD);
    return word === undefined ? undefined : take("identifier", word);
  }

  function symbolToken(): Token | undefined {
    const symbol = match(SYMBOL);
    return symbol === undefined ? undefined : take("symbol", symbol);
  }

  function numberToken(before: Token | undefined): Token | undefined {
    const text = match(NUMBER);
    if (text === undefined) return undefined;
    // `a.1` is no number; the dot selects.
    if (text.startsWith(".") && before && (before.kind === "identifier" || ")]}".includes(before.text))) {
      return undefined;
    }
    if (/^[^x]*[.eE]/.test(text)) return take("double", text, Number(text));
    const unsigned = /[uU]$/.test(text);
    const value = BigInt(unsigned ? text.slice(0, -1) : text);
    if (unsigned && value > UINT_MAX) throw new CelSyntaxError(at, "invalid uint literal");
    // One more than the greatest int is the least one, once its sign is before it.
    if (!unsigned && (value > -INT_MIN || (value > INT_MAX && before?.text !== "-"))) {
      throw new CelSyntaxError(at, "invalid int literal");
    }
    return take(unsigned ? "uint" : "int", text, value);
  }

  function stringToken(): Token | undefined {
    const opening = match(STRING);
    if (opening === undefined) return undefined;
    const prefix = opening.replace(/["']/g, "").toLowerCase();
    const quote = opening.slice(prefix.length);
    const raw = prefix.includes("r");
    const bytes = prefix.includes("b");
    let end = at + opening.length;
    for (; !source.startsWith(quote, end); end += source[end] === "\\" && !raw ? 2 : 1) {
      if (end >= source.length || (quote.length === 1 && source[end] === "\n")) {
        throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${source.slice(at)}'`);
      }
    }
    const body = source.slice(at + opening.length, end);
    const text = source.slice(at, end + quote.length);
    if (bytes) return take("bytes", text, raw ? Buffer.from(body) : unescapeBytes(body, at));
    return take("string", text, raw ? body : unescapeText(body, at));
  }
}

const ESCAPE =
  /\\(?:([abfnrtv\\'"`?])|x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))/g;
const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function codePointOf(groups: readonly (string | undefined)[], at: number): number {
  const [, x, bigX, u, bigU, octal] = groups;
  const hex = x ?? bigX ?? u ?? bigU;
  const code = hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1;
  if (code < 0) throw new CelSyntaxError(at, "invalid string literal: unable to unescape string");
  return code;
}

function unescapeText(body: string, at: number): string {
  return body.replace(ESCAPE, (_all, ...groups: (string | undefined)[]) => {
    const [simple] = groups;
    if (simple !== undefined) return SIMPLE[simple] ?? simple;
    const code = codePointOf(groups, at);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      throw new CelSyntaxError(at, "invalid string literal: invalid unicode code point");
    }
    return String.fromCodePoint(code);
  });
}

function unescapeBytes(body: string, at: number): Uint8Array {
  const parts: Buffer[] = [];
  let done = 0;
  for (const found of body.matchAll(ESCAPE)) {
    const [all, ...groups] = found;
    parts.push(Buffer.from(body.slice(done, found.index)));
    done = found.index + all.length;
    const [simple, , , u, bigU] = groups;
    if (simple !== undefined) parts.push(Buffer.from(SIMPLE[simple] ?? simple));
    else if (u !== undefined || bigU !== undefined) {
      throw new CelSyntaxError(at, "invalid bytes literal: unable to unescape string");
    } else parts.push(Buffer.of(codePointOf(groups, at)));
  }
  return Buffer.concat([...parts, Buffer.from(body.slice(done))]);
}
