/** Words as Dockerfiles have them: quotes and escapes keep blanks together. */

/**
 * Splits at blanks outside quotes. Quotes and escapes stay in the words, for `expand` to take away once variables are known.
 */
export function splitWords(text: string, escapeChar: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === escapeChar && quote !== "'" && at + 1 < text.length) {
      word += char + (text[++at] ?? "");
    } else if (quote !== "") {
      word += char;
      if (char === quote) quote = "";
    } else if (char === " " || char === "\t") {
      if (word !== "") words.push(word);
      word = "";
    } else {
      if (char === '"' || char === "'") quote = char;
      word += char;
    }
  }
  if (word !== "") words.push(word);
  return words;
}
