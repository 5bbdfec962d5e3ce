/** From the text of a Dockerfile to its logical lines: directives, comments, continuations and here-documents. */
import { DockerfileError } from "../dockerfile-error.ts";
import type { Heredoc, Located } from "./instruction.ts";
import { splitWords } from "./words.ts";

/** A logical line: continuations joined, here-documents taken out. */
export interface LogicalLine extends Located {
  readonly heredocs: readonly Heredoc[];
}

/** The logical lines, and the escape character the file chose. */
export interface Lines {
  readonly escapeChar: "\\" | "`";
  readonly lines: readonly LogicalLine[];
}

const MAX_BYTES = 2 * 1024 * 1024;
const DIRECTIVE = /^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/;
const COMMENT = /^\s*#/;
const HEREDOC = /^(\d*)<<(-?)(["']?)([A-Za-z_][\w.-]*)\3$/;
const TAKES_HEREDOCS = /^(?:run|copy|add)\s/i;

/** Splits a Dockerfile into logical lines. Throws DockerfileError for a here-document without an end, or a file over 2 MiB. */
export function splitLines(source: string): Lines {
  if (source.length > MAX_BYTES) throw new DockerfileError(`the file is larger than ${MAX_BYTES} bytes`);
  const raw = source.replace(/^\uFEFF/, "").split(/\r?\n/);
  const escapeChar = readEscape(raw);
  const continued = escapeChar === "\\" ? /\\[ \t]*$/ : /`[ \t]*$/;
  const lines: LogicalLine[] = [];
  let at = 0;
  while (at < raw.length) {
    const line = at + 1;
    const first = raw[at++] ?? "";
    if (first.trim() === "" || COMMENT.test(first)) continue;
    let text = first.trimStart();
    while (continued.test(text)) {
      text = text.replace(continued, "");
      // Comments and empty lines between continued lines do not end them.
      while (at < raw.length && (COMMENT.test(raw[at] ?? "") || raw[at]?.trim() === "")) at++;
      if (at >= raw.length) break;
      text += raw[at++] ?? "";
    }
    text = text.trimEnd();
    const heredocs: Heredoc[] = [];
    for (const { name, expand, stripTabs } of announced(text, escapeChar)) {
      const body: string[] = [];
      for (;;) {
        const next = raw[at++];
        if (next === undefined) throw new DockerfileError(`here-document <<${name} has no end`, line);
        const content = stripTabs ? next.replace(/^\t+/, "") : next;
        if (content === name) break;
        body.push(`${content}\n`);
      }
      heredocs.push({ name, body: body.join(""), expand });
    }
    lines.push({ line, text, heredocs });
  }
  return { escapeChar, lines };
}

/** Whether the word announces a here-document, and its name then. */
export function heredocName(word: string): string | undefined {
  return HEREDOC.exec(word)?.[4];
}

function announced(text: string, escapeChar: string): { name: string; expand: boolean; stripTabs: boolean }[] {
  if (!text.includes("<<") || !TAKES_HEREDOCS.test(text)) return [];
  return splitWords(text, escapeChar).flatMap((word) => {
    const match = HEREDOC.exec(word);
    return match ? [{ name: match[4] ?? "", expand: match[3] === "", stripTabs: match[2] === "-" }] : [];
  });
}

// Directives stand at the very top: the first line that is not one ends them.
function readEscape(raw: readonly string[]): "\\" | "`" {
  const seen = new Set<string>();
  for (const [index, line] of raw.entries()) {
    const match = DIRECTIVE.exec(line.trim());
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || !["escape", "syntax", "check"].includes(name)) break;
    if (seen.has(name)) throw new DockerfileError(`only one ${name} parser directive can be used`, index + 1);
    seen.add(name);
    const value = match?.[2];
    if (name !== "escape") continue;
    if (value !== "\\" && value !== "`")
      throw new DockerfileError(`invalid escape token '${value}': must be \` or \\`, index + 1);
    return value;
  }
  return "\\";
}
