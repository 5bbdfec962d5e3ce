/** Reads JSON the way the API server does: bounded depth, repeated keys noticed. */

/** Nesting deeper than this is not an API object. */
const MAX_DEPTH = 512;

/** A parsed document. `duplicates` are messages such as `duplicate field "spec.replicas"`; the last value of a key counts. */
export interface ParsedJson {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/** Parses `text`. Throws `SyntaxError` where it is not JSON or is nested too deep. Repeated keys are looked for when asked. */
export function parseJson(text: string, options: { readonly duplicates: boolean }): ParsedJson {
  const keys = countKeys(text);
  const value: unknown = JSON.parse(text);
  if (!options.duplicates || keys === countValueKeys(value)) return { value, duplicates: [] };
  return { value, duplicates: findDuplicates(text) };
}

/** Counts the keys written, by the colons outside strings, and refuses deep nesting before the parser meets it. */
function countKeys(text: string): number {
  let keys = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x3a) keys++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw new SyntaxError("exceeded max depth");
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return keys;
}

/** Whether a value is nested deeper than an API object may be. */
export function exceedsDepth(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth >= MAX_DEPTH || Object.values(value).some((item) => exceedsDepth(item, depth + 1));
}

/** The index of the closing quote of the string that opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function countValueKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countValueKeys(item);
    return count;
  }
  for (const item of Object.values(value)) count += 1 + countValueKeys(item);
  return count;
}

interface Frame {
  readonly keys: Set<string> | undefined;
  readonly path: string;
  /** The path of the value being read: the key just seen, or the index. */
  current: string;
  index: number;
}

/** Walks valid JSON and names the keys that repeat within one object, in the order they appear. */
function findDuplicates(text: string): string[] {
  const messages = new Set<string>();
  const stack: Frame[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const frame = stack.at(-1);
    if (character === '"') {
      const end = endOfString(text, at);
      if (frame?.keys && isKey(text, end)) {
        const key: string = JSON.parse(text.slice(at, end + 1));
        frame.current = frame.path === "" ? key : `${frame.path}.${key}`;
        if (frame.keys.has(key)) messages.add(`duplicate field ${JSON.stringify(frame.current)}`);
        frame.keys.add(key);
      }
      at = end;
    } else if (character === "{" || character === "[") {
      const path = frame ? valuePath(frame) : "";
      stack.push({ keys: character === "{" ? new Set() : undefined, path, current: path, index: 0 });
    } else if (character === "}" || character === "]") stack.pop();
    else if (character === "," && frame && !frame.keys) frame.index++;
  }
  return [...messages];
}

function valuePath(frame: Frame): string {
  return frame.keys ? frame.current : `${frame.path}[${frame.index}]`;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(text[at] ?? "x")) at++;
  return text[at] === ":";
}
