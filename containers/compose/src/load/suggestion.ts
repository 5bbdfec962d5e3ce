/** Help for names that were mistyped. */

/** Comparing takes the product of two lengths: nobody mistypes names longer than this. */
const LONGEST = 64;

/** Gives `: did you mean "…"?` when one of `known` is close to `name`, and otherwise nothing. */
export function suggestion(name: string, known: Iterable<string>): string {
  if (name.length > LONGEST) return "";
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(name.length / 3) + 1);
  for (const candidate of known) {
    const far = distance(name.toLowerCase(), candidate, least);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best === undefined ? "" : `: did you mean ${JSON.stringify(best)}?`;
}

/** Insertions, removals, replacements and swaps of neighbours between two words; `limit` when there are that many or more. */
function distance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from.charAt(row - 1) === to.charAt(column - 1);
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = from.charAt(row - 1) === to.charAt(column - 2) && from.charAt(row - 2) === to.charAt(column - 1);
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = last;
    last = next;
  }
  return last[to.length] ?? limit;
}
