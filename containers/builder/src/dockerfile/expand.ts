/** Variable substitution (Dockerfile reference, "Environment replacement"). */
import { DockerfileError } from "../dockerfile-error.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*|^[0-9]+/;
const MAX_DEPTH = 20;
const MAX_LENGTH = 1024 * 1024;

/** What a word is expanded with. */
export interface Scope {
  readonly escapeChar: string;
  /** The value of a variable; undefined where it is not set. */
  readonly lookup: (name: string) => string | undefined;
  /** Keeps quotes and escapes as they are: for here-documents. */
  readonly keepQuotes?: boolean;
}

/**
 * Replaces `$x`, `${x}` and its forms `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`, and takes quotes and escapes away.
 * Throws DockerfileError for a malformed substitution, or where `${x:?message}` says so.
 */
export function expand(word: string, scope: Scope): string {
  const reader = { text: word, at: 0 };
  const result = read(reader, scope, "", 0);
  if (result.length > MAX_LENGTH)
    throw new DockerfileError(`the expansion of a word is longer than ${MAX_LENGTH} characters`);
  return result;
}

interface Reader {
  readonly text: string;
  at: number;
}

// Reads up to an unquoted `end` (or the end of the text), which is left unread.
function read(reader: Reader, scope: Scope, end: string, depth: number): string {
  if (depth > MAX_DEPTH) throw new DockerfileError("variable substitutions are nested too deeply");
  let out = "";
  let quote = "";
  while (reader.at < reader.text.length) {
    const char = reader.text[reader.at] ?? "";
    if (quote === "" && end !== "" && char === end) return out;
    reader.at++;
    if (char === "$" && quote !== "'") {
      out += variable(reader, scope, depth);
    } else if (scope.keepQuotes) {
      if (char === scope.escapeChar && reader.text[reader.at] === "$") out += reader.text[reader.at++];
      else out += char;
    } else if (char === scope.escapeChar && quote !== "'") {
      const next = reader.text[reader.at] ?? "";
      reader.at++;
      // Within double quotes an escape counts only before what has a meaning there.
      out += quote === '"' && next !== '"' && next !== "$" && next !== scope.escapeChar ? char + next : next;
    } else if (char === '"' || char === "'") {
      if (quote === "") quote = char;
      else if (quote === char) quote = "";
      else out += char;
    } else {
      out += char;
    }
  }
  if (quote !== "") throw new DockerfileError("unexpected end of statement while looking for matching quote");
  if (end !== "") throw new DockerfileError(`syntax error: missing '${end}' in ${JSON.stringify(reader.text)}`);
  return out;
}

function variable(reader: Reader, scope: Scope, depth: number): string {
  const rest = reader.text.slice(reader.at);
  if (!rest.startsWith("{")) {
    const name = NAME.exec(rest)?.[0];
    if (name === undefined) return "$";
    reader.at += name.length;
    return scope.lookup(name) ?? "";
  }
  const name = NAME.exec(rest.slice(1))?.[0];
  if (name === undefined) throw new DockerfileError(`syntax error: bad substitution in ${JSON.stringify(reader.text)}`);
  reader.at += 1 + name.length;
  const operator = /^(?::[-+?]|[-+?]|##?|%%?|\/\/?)/.exec(reader.text.slice(reader.at))?.[0] ?? "";
  reader.at += operator.length;
  const value = scope.lookup(name);
  const isReplace = operator.startsWith("/");
  const argument = operator === "" ? "" : read(reader, scope, isReplace ? "/" : "}", depth + 1);
  let replacement = "";
  if (isReplace) {
    reader.at++;
    replacement = read(reader, scope, "}", depth + 1);
  }
  if (reader.text[reader.at] !== "}")
    throw new DockerfileError(`unsupported modifier in substitution: ${JSON.stringify(reader.text)}`);
  reader.at++;
  return apply({ name, value, operator, argument, replacement });
}

interface Substitution {
  readonly name: string;
  readonly value: string | undefined;
  readonly operator: string;
  readonly argument: string;
  readonly replacement: string;
}

function apply({ name, value, operator, argument, replacement }: Substitution): string {
  const isSet = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  const text = value ?? "";
  switch (operator) {
    case ":-":
    case "-":
      return isSet ? text : argument;
    case ":+":
    case "+":
      return isSet ? argument : "";
    case ":?":
    case "?":
      if (!isSet) throw new DockerfileError(`${name}: ${argument || "is not allowed to be unset"}`);
      return text;
    case "#":
      return cutPrefix(text, argument, "shortest");
    case "##":
      return cutPrefix(text, argument, "longest");
    case "%":
      return cutSuffix(text, argument, "shortest");
    case "%%":
      return cutSuffix(text, argument, "longest");
    case "/":
      return text.replace(new RegExp(globSource(argument)), () => replacement);
    case "//":
      return argument === "" ? text : text.replaceAll(new RegExp(globSource(argument), "g"), () => replacement);
    default:
      return text;
  }
}

function cutPrefix(text: string, pattern: string, how: "shortest" | "longest"): string {
  const matches = new RegExp(`^${globSource(pattern)}$`, "s");
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length);
  const found = (how === "shortest" ? lengths : lengths.reverse()).find((length) =>
    matches.test(text.slice(0, length)),
  );
  return text.slice(found ?? 0);
}

function cutSuffix(text: string, pattern: string, how: "shortest" | "longest"): string {
  const matches = new RegExp(`^${globSource(pattern)}$`, "s");
  const starts = Array.from({ length: text.length + 1 }, (_, start) => start);
  const found = (how === "shortest" ? starts.reverse() : starts).find((start) => matches.test(text.slice(start)));
  return found === undefined ? text : text.slice(0, found);
}

// `*` any run of characters, `?` any one, a backslash makes the next literal.
function globSource(pattern: string): string {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === "*") source += source.endsWith(".*") ? "" : ".*";
    else if (char === "?") source += ".";
    else source += escapeRegExp(char === "\\" && at + 1 < pattern.length ? (pattern[++at] ?? "") : char);
  }
  return source;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
