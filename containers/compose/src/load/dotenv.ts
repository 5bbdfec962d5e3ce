/** Files of variables: `.env`, `--env-file`, `env_file`. */
import { ComposeFileError } from "./compose-file-error.ts";
import { InterpolationError, interpolate, type Variables } from "./interpolate.ts";
import { quoted } from "./quoted.ts";

/** Says what a variable is that the file does not set, or that it names without a value. */
export type Lookup = (name: string) => string | undefined;

const KEY = /[ \t]*(?:export[ \t]+)?([A-Za-z0-9_.\-[\]]+)[ \t]*/y;

/**
 * Reads `NAME=value` lines. Values may use `$NAME`, `${NAME:-…}` of what comes before in the file or of `lookup`, which wins;
 * double quotes know `\n`, `\r`, `\t`, `\"`, `\\` and `\$`, single quotes are literal, and both may span lines; ` #` begins a
 * comment. `NAME` alone takes the caller's value. Gives the variables in the order of the file. Throws `ComposeFileError` with the line.
 */
export function parseDotenv(
  text: string,
  file: string,
  lookup: Lookup,
  missing: (name: string) => void,
): Record<string, string> {
  const found: Record<string, string> = {};
  const variables: Variables = { get: (name) => lookup(name) ?? found[name], missing };
  let at = text.startsWith("\u{feff}") ? 1 : 0;
  const fail = (offset: number, reason: string): never => {
    throw new ComposeFileError(reason, { file, line: text.slice(0, offset).split("\n").length });
  };
  while (at < text.length) {
    const line = lineAt(text, at);
    if (/^\s*(?:#.*)?$/.test(line)) {
      at += line.length + 1;
      continue;
    }
    KEY.lastIndex = at;
    const key = KEY.exec(text);
    const name = key?.[1];
    if (key === null || name === undefined) return fail(at, "a line must be NAME=value, NAME or a comment");
    const start = at + key[0].length;
    const separator = text.charAt(start);
    if (separator !== "=" && separator !== ":") {
      if (!/^\s*(?:#.*)?$/.test(lineAt(text, start)))
        return fail(at, `variable name ${quoted(name)} is followed by no "="`);
      const inherited = lookup(name);
      if (inherited !== undefined) found[name] = inherited;
      at += line.length + 1;
      continue;
    }
    try {
      const { value, end } = readValue(text, start + 1, variables, fail);
      found[name] = value;
      at = end;
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      return fail(at, `variable ${name}: ${error.message}`);
    }
  }
  return found;
}

/** Reads `NAME=value` lines whose values are taken as they stand, quotes and dollars included (`format: raw`). */
export function parseRawEnv(text: string, lookup: Lookup): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const equals = line.indexOf("=");
    const name = (equals < 0 ? line : line.slice(0, equals)).trim();
    const value = equals < 0 ? lookup(name) : line.slice(equals + 1);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function readValue(
  text: string,
  from: number,
  variables: Variables,
  fail: (offset: number, reason: string) => never,
): { value: string; end: number } {
  let start = from;
  while (text.charAt(start) === " " || text.charAt(start) === "\t") start += 1;
  const quote = text.charAt(start);
  if (quote !== '"' && quote !== "'") {
    const line = lineAt(text, start);
    const raw = line.replace(/(?:^|[ \t])#.*$/, "").trimEnd();
    return { value: interpolate(raw, variables), end: start + line.length + 1 };
  }
  let end = start + 1;
  while (end < text.length && text.charAt(end) !== quote) end += text.charAt(end) === "\\" ? 2 : 1;
  if (end >= text.length) fail(start, "a quoted value is not closed");
  const inner = text.slice(start + 1, end);
  const rest = lineAt(text, end + 1);
  if (!/^\s*(?:#.*)?$/.test(rest)) fail(end, "a quoted value is followed by more text");
  const value = quote === "'" ? inner.replaceAll("\\'", "'") : interpolate(withoutEscapes(inner), variables);
  return { value, end: end + 1 + rest.length + 1 };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$$" };

function withoutEscapes(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, character: string) => ESCAPES[character] ?? whole);
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return text.slice(at, end < 0 ? text.length : end);
}
