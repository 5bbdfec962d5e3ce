/** Commands written as one string. */

/**
 * Splits `text` into words as a POSIX shell would: blanks separate, single quotes keep everything, double quotes keep blanks,
 * a backslash keeps the next character. Nothing is expanded, and `;`, `|`, `&&` are words like any other: no shell runs.
 * Undefined when a quote is not closed.
 */
export function splitCommand(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === "'" ? character === "'" : quote === '"' && character === '"') {
      quote = "";
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (character === "\\" && quote !== "'" && at + 1 < text.length) {
      at += 1;
      const next = text.charAt(at);
      // Between double quotes, a backslash means itself except before the characters that mean something there.
      word = (word ?? "") + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
