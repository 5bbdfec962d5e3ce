/** Commands written as one string. */

/** What a command written as one string is made of. */
export interface SplitCommand {
  readonly words: readonly string[];
  /** What is behind the words because no shell runs that could read it; "" where all is read. */
  readonly unread: string;
}

/**
 * Splits `text` into words as `docker compose` does: blanks separate, quotes and backquotes keep blanks, single ones backslashes
 * too, a backslash keeps the next character. Nothing is expanded, and what follows a `;`, `&`, `|`, `<` or `>` that is not quoted
 * is not read. Undefined when a quote is not closed, or a parenthesis stands where none can.
 */
export function splitCommand(text: string): SplitCommand | undefined {
  const words: string[] = [];
  let word: string | undefined;
  /** What ends the part that is quoted. */
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\" && quote !== "'") {
      at += 1;
      word = (word ?? "") + text.charAt(at);
    } else if (quote !== "") {
      // Backquotes and parentheses stay: nobody but a shell knows what they mean.
      if (character !== quote || "`)".includes(quote)) word = (word ?? "") + character;
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (character === "`" || (character === "(" && word?.endsWith("$"))) {
      quote = character === "`" ? "`" : ")";
      word = (word ?? "") + character;
    } else if ("()".includes(character)) {
      return undefined;
    } else if (";&|<>".includes(character)) {
      // A number before `>` names what is redirected.
      if (word !== undefined && !(character === ">" && /^\d/.test(word))) words.push(word);
      return { words, unread: text.slice(at) };
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return { words, unread: "" };
}
