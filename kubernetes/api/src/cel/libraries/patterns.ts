/** Regular expressions in RE2's syntax, matched in time linear in the text. */
import { RE2JS } from "re2js";
import { CelError } from "../cel-errors.ts";

/** Patterns remembered. Those of schemas and policies come again and again. */
const REMEMBERED = 500;
const known = new Map<string, RE2JS>();

/** The compiled pattern. Throws CelError. */
export function patternOf(text: string): RE2JS {
  const found = known.get(text);
  if (found) return found;
  const made = compilePattern(text);
  if (known.size >= REMEMBERED) known.clear();
  known.set(text, made);
  return made;
}

function compilePattern(text: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CelError(
      error.message.startsWith("error parsing regexp") ? error.message : `error parsing regexp: ${error.message}`,
    );
  }
}

/** Whether the pattern matches some part of the text. Throws CelError. */
export function matchesPattern(text: string, pattern: string): boolean {
  return patternOf(pattern).matcher(text).find();
}

/** The first part of the text that matches; empty where none does. Throws CelError. */
export function findPattern(text: string, pattern: string): string {
  const matcher = patternOf(pattern).matcher(text);
  return matcher.find() ? (matcher.group() ?? "") : "";
}

/** All parts of the text that match, up to `limit` where that is not negative. Throws CelError. */
export function findAllPattern(text: string, pattern: string, limit: number): string[] {
  const matcher = patternOf(pattern).matcher(text);
  const found: string[] = [];
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? "");
  return found;
}
