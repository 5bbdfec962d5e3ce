/** Values in messages. */

const LONGEST = 80;

/** Gives a value as JSON, shortened: a message is for people. */
export function quoted(value: string | number | boolean): string {
  const text = typeof value === "string" && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return JSON.stringify(text);
}
