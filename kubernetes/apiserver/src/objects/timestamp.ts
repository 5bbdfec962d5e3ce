/** A time as the API writes it, to the second. Every write has a few of them, most of them alike. */
export function timestamp(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== last.second) last = { second, text: `${new Date(now).toISOString().slice(0, 19)}Z` };
  return last.text;
}

let last = { second: Number.NaN, text: "" };
