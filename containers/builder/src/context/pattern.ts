/** Path patterns of COPY, ADD and `.dockerignore`: `*`, `?`, `[…]` within a component, `**` across components. */

/** Whether the text is a pattern and not simply a path. */
export function isPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/** The pattern as the source of a regular expression, without anchors. */
export function patternSource(pattern: string): string {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === "*" && pattern[at + 1] === "*") {
      at++;
      if (pattern[at + 1] === "/") {
        at++;
        source += "(?:.*/)?";
      } else source += ".*";
    } else if (char === "*") source += source.endsWith("[^/]*") ? "" : "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const end = pattern.indexOf("]", at + 2);
      if (end < 0) {
        source += "\\[";
        continue;
      }
      const inside = pattern.slice(at + 1, end);
      const negated = inside.startsWith("^") || inside.startsWith("!");
      const members = (negated ? inside.slice(1) : inside).replace(/[\\\]^]/g, "\\$&");
      source += `(?!/)[${negated ? "^" : ""}${members}]`;
      at = end;
    } else if (char === "\\" && at + 1 < pattern.length) source += literal(pattern[++at] ?? "");
    else source += literal(char);
  }
  return source;
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
