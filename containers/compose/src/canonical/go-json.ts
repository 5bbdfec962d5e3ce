/** JSON as Go's encoder writes it, to the byte: hashes that Go programs made are of that text. */

/** Gives `value` as JSON; `indent` is the number of spaces, 0 for one line. */
export function goJson(value: unknown, indent = 0): string {
  // For the sake of pages that hold JSON.
  return JSON.stringify(value, undefined, indent).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
