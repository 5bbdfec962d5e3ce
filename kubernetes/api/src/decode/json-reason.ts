/** What is wrong with a JSON text, in the words clients of Kubernetes know. */

/** The parser's message, and the place where Kubernetes says it was. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/after JSON/, "after top-level value"],
  [/':' after/, "after object key"],
  [/property name/, "looking for beginning of object key string"],
  [/after property value/, "after object key:value pair"],
  [/after array element/, "after array element"],
  [/control character/, "in string literal"],
  [/[Bb]ad escaped/, "in string escape code"],
  [/[Nn]umber|fractional|exponent/, "in numeric literal"],
];

/** Why `text` is not JSON. `error` is what `JSON.parse` or `parseJson` threw for it. */
export function jsonReason(text: string, { message }: SyntaxError): string {
  if (text.trim() === "" || /Unexpected end|Unterminated string/.test(message)) return "unexpected end of JSON input";
  const token = /^Unexpected token '(.+?)',/su.exec(message)?.[1];
  if (token !== undefined) return `invalid character ${quoted(token)} looking for beginning of value`;
  const position = / at position (\d+)/.exec(message)?.[1];
  const place = PLACES.find(([pattern]) => pattern.test(message));
  if (position === undefined || place === undefined) return message;
  if (Number(position) >= text.length) return "unexpected end of JSON input";
  const character = String.fromCodePoint(text.codePointAt(Number(position)) ?? 0);
  return `invalid character ${quoted(character)} ${place[1]}`;
}

function quoted(character: string): string {
  if (character === "'") return "'\\''";
  return character < " " ? `'${JSON.stringify(character).slice(1, -1)}'` : `'${character}'`;
}
